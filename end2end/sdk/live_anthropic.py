"""Anthropic's library for Python as a program of the real server."""

import anthropic
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from live import BASE, KEY, POOR_KEY, raises, same

client = anthropic.Anthropic(base_url=BASE, api_key=KEY, max_retries=0)
EVENT = TypeAdapter(RawMessageStreamEvent)
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"name": "weather", "description": "A tool.", "input_schema": SCHEMA}


def ask(text):
    return [{"role": "user", "content": text}]


def create(model, messages, **more):
    answer = client.messages.create(model=model, max_tokens=64, messages=messages, **more)
    Message.model_validate_json(answer.model_dump_json(exclude_unset=True))
    return answer


def words():
    for model in ("plain", "claude"):
        answer = create(model, ask(f"Hello Python {model}"))
        same((answer.content[0].text, answer.stop_reason), (f"You said: Hello Python {model}", "end_turn"))
        same((answer.usage.input_tokens, answer.usage.output_tokens), (12, 7))
        for event in client.messages.create(model=model, max_tokens=64, messages=ask("Events"), stream=True):
            EVENT.validate_json(event.model_dump_json(exclude_unset=True))
        with client.messages.stream(model=model, max_tokens=64, messages=ask(f"Piece by piece {model}")) as stream:
            same("".join(stream.text_stream), f"You said: Piece by piece {model}")
    counted = client.messages.count_tokens(model="plain", messages=ask("How long is this?"))
    assert counted.input_tokens > 3, counted
    assert "plain" in [model.id for model in client.models.list()]


def tools():
    for model in ("calls", "claude-calls"):
        asked = ask(f"How is it, {model}?")
        with client.messages.stream(model=model, max_tokens=64, messages=asked, tools=[TOOL]) as stream:
            answer = stream.get_final_message()
        same(answer.stop_reason, "tool_use")
        call = answer.content[0]
        same((call.name, call.input), ("weather", {"city": "Oslo"}))
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "cold"}
        asked += [{"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
        same(create(model, asked, tools=[TOOL]).content[0].text, "It is cold.")


def faults():
    for model, kind, name in [
        ("limited", anthropic.RateLimitError, "rate_limit_error"),
        ("failed", anthropic.OverloadedError, "overloaded_error"),
        ("revoked", anthropic.InternalServerError, "api_error"),
        ("too-long", anthropic.BadRequestError, "invalid_request_error"),
        ("of-nobody", anthropic.NotFoundError, "not_found_error"),
    ]:
        error = raises(kind, lambda: create(model, ask("Well?")))
        same(error.body["error"]["type"], name)
    stranger = client.with_options(api_key="sk-ant-somebody-elses")
    raises(anthropic.AuthenticationError, lambda: stranger.models.list())
    poor = client.with_options(api_key=POOR_KEY)
    error = raises(
        anthropic.PaymentRequiredError,
        lambda: poor.messages.create(model="plain", max_tokens=64, messages=ask("Well?")),
    )
    same(error.body["error"]["type"], "billing_error")
    seen = []

    def broken():
        with client.messages.stream(model="claude-cut", max_tokens=64, messages=ask("Half?")) as stream:
            seen.extend(stream.text_stream)

    same(raises(anthropic.APIStatusError, broken).body["error"]["type"], "api_error")
    same("".join(seen), "Half an ")


def abort():
    with client.messages.stream(model="forever", max_tokens=64, messages=ask("Talk")) as stream:
        for number, _ in enumerate(stream.text_stream):
            if number > 3:
                break


for check in (words, tools, faults, abort):
    check()
