"""OpenAI's library reads our chat completions. The address of the server is the only argument."""

import asyncio
import json

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from checks import BASE, KEY, PICTURE, hits, raises, same

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)
ASK = [{"role": "user", "content": "Hello"}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "A tool.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
    for name in ("weather", "now")
]


def strict(kind, value):
    """The library builds its values without looking; this looks."""
    kind.model_validate_json(value.model_dump_json(exclude_unset=True))
    return value


def stream(model, **more):
    chunks = client.chat.completions.create(model=model, messages=ASK, stream=True, **more)
    return [strict(ChatCompletionChunk, chunk) for chunk in chunks]


def whole(model, messages=ASK, **more):
    return strict(ChatCompletion, client.chat.completions.create(model=model, messages=messages, **more))


def words():
    chunks = stream("words", stream_options={"include_usage": True})
    same(chunks[0].choices[0].delta.role, "assistant")
    same("".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]), "Grüße 😀 日本")
    same(chunks[-2].choices[0].finish_reason, "stop")
    last = chunks[-1]
    same((last.choices, last.usage.prompt_tokens, last.usage.completion_tokens), ([], 35, 11))
    same(last.usage.prompt_tokens_details.cached_tokens, 20)
    same(last.usage.completion_tokens_details.reasoning_tokens, 4)
    same({chunk.id for chunk in chunks}, {"chatcmpl-one"})
    same([chunk.usage for chunk in stream("words")], [None] * 5)
    said = [chunk.choices[0].delta.content or "" for chunk in stream("slow")]
    same("".join(said), "Grüße 😀 日本")
    answer = whole("words")
    same(answer.choices[0].message.content, "Grüße 😀 日本")
    same(answer.usage.total_tokens, 46)


def reasoning():
    chunks = stream("thinks")
    thought = [getattr(chunk.choices[0].delta, "reasoning_content", None) or "" for chunk in chunks]
    same("".join(thought), "Hm, well.")
    same(whole("thinks").choices[0].message.reasoning_content, "Hm, well.")


def tools():
    with client.chat.completions.stream(model="calls", messages=ASK, tools=TOOLS) as events:
        kinds = [event.type for event in events]
        answer = events.get_final_completion()
    same(kinds.count("tool_calls.function.arguments.done"), 2)
    for answer in (answer, whole("calls", tools=TOOLS)):
        choice = answer.choices[0]
        same(choice.finish_reason, "tool_calls")
        calls = choice.message.tool_calls
        same([call.function.name for call in calls], ["weather", "now"])
        same([json.loads(call.function.arguments) for call in calls], [{"city": "München"}, {}])
        # The line goes back as it came, with what our own server put into it.
        line = choice.message.model_dump(exclude_none=True)
        line.pop("parsed", None)
        results = [{"role": "tool", "tool_call_id": call.id, "content": "7"} for call in calls]
        told = whole("calls", ASK + [line] + results, tools=TOOLS)
        said = told.choices[0].message.content
        assert said.endswith("weather: 7; now: 7") and "c2VhbA==" in said, said


def structured():
    class City(BaseModel):
        name: str
        warm: bool

    answer = client.chat.completions.parse(model="structured", messages=ASK, response_format=City)
    same(answer.choices[0].message.parsed, City(name="Oslo", warm=False))


def what_is_read():
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}
    asked = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What?"}, picture]},
    ]
    answer = whole(
        "echo", asked, temperature=0.5, max_completion_tokens=9, stop="END", reasoning_effort="low",
        tools=TOOLS, tool_choice="required", user="u",
    )
    read = json.loads(answer.choices[0].message.content)
    same(read["system"], ["Be brief."])
    same(read["lines"], [["user", ["What?", f"image/png {PICTURE}"]]])
    same([name for name, _ in read["tools"]], ["weather", "now"])
    same((read["temperature"], read["max_output"], read["stop"]), (0.5, 9, ["END"]))
    same((read["reasoning"], read["tool_choice"], read["left_out"]), ("low", "Required", ["user"]))


def ends():
    same(stream("truncated")[-1].choices[0].finish_reason, "length")
    same(whole("withheld").choices[0].finish_reason, "content_filter")


def broken():
    seen = []

    def read():
        for chunk in client.chat.completions.create(model="breaks", messages=ASK, stream=True):
            seen.append(chunk.choices[0].delta.content)

    error = raises(openai.APIError, read)
    same((seen, error.code, error.type), (["", "Half"], "provider_failed", "server_error"))
    raises(openai.InternalServerError, lambda: whole("breaks"))


def refusals():
    for model, kind, code in [
        ("limited", openai.RateLimitError, "rate_limit_exceeded"),
        ("budget", openai.RateLimitError, "insufficient_quota"),
        ("bad_key", openai.AuthenticationError, "invalid_api_key"),
        ("forbidden", openai.PermissionDeniedError, "permission_denied"),
        ("missing", openai.NotFoundError, "model_not_found"),
        ("too_long", openai.BadRequestError, "context_length_exceeded"),
        ("resting", openai.InternalServerError, "service_unavailable"),
        ("misconfigured", openai.InternalServerError, "provider_refused"),
    ]:
        same(raises(kind, lambda: whole(model)).code, code)
        same(raises(kind, lambda: stream(model)).code, code)
    error = raises(openai.BadRequestError, lambda: whole("words", temperature=7))
    same(error.param, "temperature")


def retries():
    patient = client.with_options(max_retries=2)
    before = hits("limited_once")
    answer = patient.chat.completions.create(model="limited_once", messages=ASK)
    same((answer.choices[0].message.content, hits("limited_once") - before), ("Again.", 2))
    # What only a person can change is asked for once.
    for model, kind in [("budget", openai.RateLimitError), ("misconfigured", openai.InternalServerError)]:
        before = hits(model)
        raises(kind, lambda: patient.chat.completions.create(model=model, messages=ASK))
        same(hits(model) - before, 1)


async def at_once():
    async with openai.AsyncOpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0) as several:
        async def ask():
            said = ""
            async for chunk in await several.chat.completions.create(model="words", messages=ASK, stream=True):
                said += chunk.choices[0].delta.content or ""
            return said

        same(await asyncio.gather(*[ask() for _ in range(8)]), ["Grüße 😀 日本"] * 8)


for check in (words, reasoning, tools, structured, what_is_read, ends, broken, refusals, retries):
    check()
asyncio.run(at_once())
