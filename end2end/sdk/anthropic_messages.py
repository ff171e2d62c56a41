"""Anthropic's library reads our messages. The address of the server is the only argument."""

import asyncio
import json

import anthropic
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from checks import BASE, KEY, PICTURE, hits, raises, same

client = anthropic.Anthropic(base_url=BASE, api_key=KEY, max_retries=0)
EVENT = TypeAdapter(RawMessageStreamEvent)
ASK = [{"role": "user", "content": "Hello"}]
TOOLS = [
    {
        "name": name,
        "description": "A tool.",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    for name in ("weather", "now")
]


def events(model, **more):
    read = list(client.messages.create(model=model, max_tokens=99, messages=ASK, stream=True, **more))
    for event in read:
        # The library builds its values without looking; this looks.
        EVENT.validate_json(event.model_dump_json(exclude_unset=True))
    return read


def whole(model, messages=ASK, **more):
    answer = client.messages.create(model=model, max_tokens=99, messages=messages, **more)
    Message.model_validate_json(answer.model_dump_json(exclude_unset=True))
    return answer


def streamed(model, **more):
    events(model, **more)
    with client.messages.stream(model=model, max_tokens=99, messages=ASK, **more) as stream:
        return stream.get_final_message()


def words():
    same(streamed("slow").content[0].text, "Grüße 😀 日本")
    for answer in (streamed("words"), whole("words")):
        same([block.text for block in answer.content], ["Grüße 😀 日本"])
        same((answer.stop_reason, answer.id, answer.model), ("end_turn", "msg_one", "words"))
        usage = answer.usage
        same((usage.input_tokens, usage.output_tokens), (10, 11))
        same((usage.cache_read_input_tokens, usage.cache_creation_input_tokens), (20, 5))


def reasoning():
    for answer in (streamed("thinks"), whole("thinks")):
        thought, said = answer.content
        same((thought.type, thought.thinking, thought.signature), ("thinking", "Hm, well.", "cHJvb2Y="))
        same(said.text, "Yes.")


def tools():
    for answer in (streamed("calls", tools=TOOLS), whole("calls", tools=TOOLS)):
        same(answer.stop_reason, "tool_use")
        calls = [block for block in answer.content if block.type == "tool_use"]
        same([call.name for call in calls], ["weather", "now"])
        same([call.input for call in calls], [{"city": "München"}, {}])
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "7"} for call in calls]
        messages = ASK + [
            {"role": "assistant", "content": answer.content},
            {"role": "user", "content": results},
        ]
        told = whole("calls", messages, tools=TOOLS)
        # The reasoning came back with its proof.
        same(told.content[0].text, "cHJvb2Y=; weather: 7; now: 7")


def what_is_read():
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}
    asked = [{"role": "user", "content": [{"type": "text", "text": "What?"}, picture]}]
    answer = whole(
        # Newer versions of the library have no names for how an answer is drawn; older ones send them.
        "echo", asked, system="Be brief.", stop_sequences=["END"], extra_body={"temperature": 0.5, "top_k": 3},
        tools=TOOLS, tool_choice={"type": "tool", "name": "now"},
        thinking={"type": "enabled", "budget_tokens": 2048},
    )
    read = json.loads(answer.content[0].text)
    same(read["system"], ["Be brief."])
    same(read["lines"], [["user", ["What?", f"image/png {PICTURE}"]]])
    same((read["temperature"], read["max_output"], read["stop"]), (0.5, 99, ["END"]))
    same((read["reasoning"], read["left_out"]), ("low", ["top_k"]))
    same(read["tool_choice"], 'Named("now")')


def ends():
    same(streamed("truncated").stop_reason, "max_tokens")
    same(whole("withheld").stop_reason, "refusal")


def broken():
    seen = []

    def read():
        with client.messages.stream(model="breaks", max_tokens=99, messages=ASK) as stream:
            seen.extend(stream.text_stream)

    error = raises(anthropic.APIStatusError, read)
    same((seen, error.body["error"]["type"]), (["Half"], "api_error"))
    raises(anthropic.InternalServerError, lambda: whole("breaks"))


def refusals():
    for model, kind, name in [
        ("limited", anthropic.RateLimitError, "rate_limit_error"),
        ("bad_key", anthropic.AuthenticationError, "authentication_error"),
        ("forbidden", anthropic.PermissionDeniedError, "permission_error"),
        ("missing", anthropic.NotFoundError, "not_found_error"),
        ("too_long", anthropic.BadRequestError, "invalid_request_error"),
        ("too_large", anthropic.RequestTooLargeError, "request_too_large"),
        ("resting", anthropic.OverloadedError, "overloaded_error"),
        ("budget", anthropic.PaymentRequiredError, "billing_error"),
    ]:
        same(raises(kind, lambda: whole(model)).body["error"]["type"], name)
        same(raises(kind, lambda: events(model)).body["error"]["type"], name)
    error = raises(anthropic.BadRequestError, lambda: whole("words", extra_body={"temperature": 7}))
    assert "temperature: must be a number from 0 to 1" in str(error), error


def retries():
    patient = client.with_options(max_retries=2)
    before = hits("limited_once")
    answer = patient.messages.create(model="limited_once", max_tokens=9, messages=ASK)
    same((answer.content[0].text, hits("limited_once") - before), ("Again.", 2))
    before = hits("misconfigured")
    ask = lambda: patient.messages.create(model="misconfigured", max_tokens=9, messages=ASK)
    raises(anthropic.InternalServerError, ask)
    same(hits("misconfigured") - before, 1)


async def at_once():
    async with anthropic.AsyncAnthropic(base_url=BASE, api_key=KEY, max_retries=0) as several:
        async def ask():
            async with several.messages.stream(model="words", max_tokens=9, messages=ASK) as stream:
                return await stream.get_final_text()

        same(await asyncio.gather(*[ask() for _ in range(8)]), ["Grüße 😀 日本"] * 8)


for check in (words, reasoning, tools, what_is_read, ends, broken, refusals, retries):
    check()
asyncio.run(at_once())
