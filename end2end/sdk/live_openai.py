"""OpenAI's library for Python as a program of the real server."""

import asyncio
import json
import time

import openai
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from live import BASE, KEY, POOR_KEY, raises, same

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)
EVENT = TypeAdapter(ResponseStreamEvent)
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "weather", "description": "A tool.", "parameters": SCHEMA}}


class City(BaseModel):
    name: str
    warm: bool


def ask(text):
    return [{"role": "user", "content": text}]


def strict(kind, value):
    """The library builds its values without looking; this looks."""
    kind.model_validate_json(value.model_dump_json(exclude_unset=True))
    return value


def words():
    whole = client.chat.completions.create(model="plain", messages=ask("Hello Python"))
    same(strict(ChatCompletion, whole).choices[0].message.content, "You said: Hello Python")
    options = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = list(client.chat.completions.create(model="claude", messages=ask("Hello there"), **options))
    said = [chunk.choices[0].delta.content or "" for chunk in chunks if strict(ChatCompletionChunk, chunk).choices]
    same("".join(said), "You said: Hello there")
    same((chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens), (12, 7))
    raw = client.chat.completions.with_raw_response.create(model="plain", messages=ask("Who pays?"))
    same((raw.headers["x-paid-by-key"], raw.headers["x-served-model"]), ("many", "plain"))
    assert raw.headers["x-request-id"], "the library shows it with its errors"


def several():
    whole = client.chat.completions.create(model="claude", messages=ask("Twice"), n=2)
    said = [choice.message.content for choice in strict(ChatCompletion, whole).choices]
    same(said, ["You said: Twice"] * 2)
    same(whole.usage.completion_tokens, 14)
    with client.chat.completions.stream(model="plain", messages=ask("In turns"), n=2, logprobs=True) as events:
        for event in events:
            if event.type == "chunk":
                strict(ChatCompletionChunk, event.chunk)
        final = events.get_final_completion()
    same([choice.message.content for choice in final.choices], ["You said: In turns"] * 2)
    for choice in final.choices:
        same("".join(token.token for token in choice.logprobs.content), "You said: In turns")


def responses():
    whole = client.responses.create(model="plain", input="Hello response", store=False)
    same(strict(Response, whole).output_text, "You said: Hello response")
    events = list(client.responses.create(model="plain", input="Hello events", store=False, stream=True))
    for event in events:
        EVENT.validate_json(event.model_dump_json(exclude_unset=True))
    same(events[-1].response.output_text, "You said: Hello events")
    answer = client.responses.parse(model="formed", input="Where?", text_format=City, store=False)
    same(answer.output_parsed, City(name="Oslo", warm=False))


def tools():
    for model in ("calls", "claude-calls"):
        asked = ask(f"How is it, {model}?")
        with client.chat.completions.stream(model=model, messages=asked, tools=[TOOL]) as events:
            for _ in events:
                pass
            choice = events.get_final_completion().choices[0]
        same(choice.finish_reason, "tool_calls")
        call = choice.message.tool_calls[0]
        same((call.function.name, json.loads(call.function.arguments)), ("weather", {"city": "Oslo"}))
        line = choice.message.model_dump(exclude_none=True)
        line.pop("parsed", None)
        for one in line["tool_calls"]:
            one["function"].pop("parsed_arguments", None)
        asked += [line, {"role": "tool", "tool_call_id": call.id, "content": "cold"}]
        told = client.chat.completions.create(model=model, messages=asked, tools=[TOOL])
        same(told.choices[0].message.content, "It is cold.")


def structured():
    answer = client.chat.completions.parse(model="formed", messages=ask("Where?"), response_format=City)
    same(answer.choices[0].message.parsed, City(name="Oslo", warm=False))


def vectors():
    # The library asks for bytes and makes numbers of them.
    made = client.embeddings.create(model="vectors", input=["one", "two"])
    same([one.embedding for one in strict(CreateEmbeddingResponse, made).data], [[0.5, -0.25, 1.0]] * 2)
    same(made.usage.prompt_tokens, 12)


def models():
    names = [model.id for model in client.models.list()]
    assert "plain" in names, names
    same(client.models.retrieve("plain").id, "plain")
    raises(openai.NotFoundError, lambda: client.models.retrieve("of-nobody"))


def faults():
    for model, kind, code in [
        ("limited", openai.RateLimitError, "rate_limit_exceeded"),
        ("failed", openai.InternalServerError, "service_unavailable"),
        ("no-credit", openai.InternalServerError, "provider_refused"),
        ("revoked", openai.InternalServerError, "provider_refused"),
        ("too-long", openai.BadRequestError, "context_length_exceeded"),
        ("of-nobody", openai.NotFoundError, "model_not_found"),
    ]:
        error = raises(kind, lambda: client.chat.completions.create(model=model, messages=ask("Well?")))
        same(error.code, code)
        assert error.status_code >= 400
    wrong = lambda: client.chat.completions.create(model="plain", messages=ask("Hot?"), temperature=7)
    same(raises(openai.BadRequestError, wrong).param, "temperature")
    stranger = client.with_options(api_key="sk-somebody-elses")
    error = raises(openai.AuthenticationError, lambda: stranger.models.list())
    same(error.code, "invalid_api_key")
    poor = client.with_options(api_key=POOR_KEY)
    error = raises(
        openai.RateLimitError,
        lambda: poor.chat.completions.create(model="plain", messages=ask("Well?")),
    )
    same((error.code, error.type), ("insufficient_quota", "insufficient_quota"))
    seen = []

    def broken():
        for chunk in client.chat.completions.create(model="cut", messages=ask("Half?"), stream=True):
            seen.append(chunk.choices[0].delta.content or "")

    same(raises(openai.APIError, broken).code, "provider_failed")
    same("".join(seen), "Half an ")


def retries():
    # What only a person can change is asked for once, however patient the library is.
    patient = client.with_options(max_retries=4)
    began = time.monotonic()
    for model in ("revoked", "of-nobody"):
        try:
            patient.chat.completions.create(model=model, messages=ask("Again?"))
        except openai.APIStatusError as error:
            same(error.response.headers["x-should-retry"], "false")
            same(error.response.request.headers["x-stainless-retry-count"], "0")
        else:
            raise AssertionError(f"{model} was answered")
    assert time.monotonic() - began < 30
    # And what passes is asked for again, when we said so.
    chat = patient.chat.completions.with_raw_response
    told = chat.create(model="busy-once", messages=ask("Again, in a moment?"))
    same(told.retries_taken, 1)
    same(told.parse().choices[0].message.content, "You said: Again, in a moment?")


def abort():
    with client.chat.completions.create(model="forever", messages=ask("Talk"), stream=True) as stream:
        for number, _ in enumerate(stream):
            if number > 3:
                break


async def at_once():
    async with openai.AsyncOpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0) as several:
        async def one(number):
            said = ""
            asked = ask(f"number {number}")
            async for chunk in await several.chat.completions.create(model="plain", messages=asked, stream=True):
                said += chunk.choices[0].delta.content or ""
            return said

        told = await asyncio.gather(*[one(number) for number in range(8)])
        same(told, [f"You said: number {number}" for number in range(8)])


for check in (words, several, responses, tools, structured, vectors, models, faults, retries, abort):
    check()
asyncio.run(at_once())
