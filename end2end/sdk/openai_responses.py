"""OpenAI's library reads our responses. The address of the server is the only argument."""

import json

import openai
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from checks import BASE, KEY, PICTURE, raises, same

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)
EVENT = TypeAdapter(ResponseStreamEvent)
TOOLS = [
    {
        "type": "function",
        "name": name,
        "description": "A tool.",
        "strict": False,
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    for name in ("weather", "now")
]


def stream(model, **more):
    events = list(client.responses.create(model=model, input="Hello", stream=True, **more))
    for number, event in enumerate(events):
        # The library builds its values without looking; this looks.
        EVENT.validate_json(event.model_dump_json(exclude_unset=True))
        same(event.sequence_number, number)
    return events


def whole(model, given="Hello", **more):
    answer = client.responses.create(model=model, input=given, **more)
    Response.model_validate_json(answer.model_dump_json(exclude_unset=True))
    return answer


def words():
    events = stream("words")
    said = [event.delta for event in events if event.type == "response.output_text.delta"]
    same("".join(said), "Grüße 😀 日本")
    same(stream("slow")[-1].response.output_text, "Grüße 😀 日本")
    same((events[0].type, events[-1].type), ("response.created", "response.completed"))
    for answer in (events[-1].response, whole("words")):
        same((answer.status, answer.output_text), ("completed", "Grüße 😀 日本"))
        same((answer.usage.input_tokens, answer.usage.output_tokens), (35, 11))
        same(answer.usage.output_tokens_details.reasoning_tokens, 4)


def reasoning():
    events = stream("thinks")
    thought = [event.delta for event in events if event.type == "response.reasoning_summary_text.delta"]
    same("".join(thought), "Hm, well.")
    for answer in (events[-1].response, whole("thinks")):
        item = answer.output[0]
        same((item.type, item.summary[0].text), ("reasoning", "Hm, well."))
        same((item.encrypted_content, answer.output_text), ("cHJvb2Y=", "Yes."))


def tools():
    with client.responses.stream(model="calls", input="Hello", tools=TOOLS) as events:
        for event in events:
            if event.type == "response.function_call_arguments.done":
                json.loads(event.arguments)
        answer = events.get_final_response()
    for answer in (answer, whole("calls", tools=TOOLS)):
        calls = [item for item in answer.output if item.type == "function_call"]
        same([call.name for call in calls], ["weather", "now"])
        same([json.loads(call.arguments) for call in calls], [{"city": "München"}, {}])
        given = [{"role": "user", "content": "Hello"}]
        given += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in answer.output]
        given += [{"type": "function_call_output", "call_id": call.call_id, "output": "7"} for call in calls]
        told = whole("calls", given, tools=TOOLS)
        # The reasoning came back with its proof.
        same(told.output_text, "cHJvb2Y=; weather: 7; now: 7")


def structured():
    class City(BaseModel):
        name: str
        warm: bool

    answer = client.responses.parse(model="structured", input="Hello", text_format=City)
    same(answer.output_parsed, City(name="Oslo", warm=False))


def what_is_read():
    given = [
        {"role": "developer", "content": "Be kind."},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What?"},
                {"type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{PICTURE}"},
            ],
        },
    ]
    answer = whole(
        "echo", given, instructions="Be brief.", temperature=0.5, max_output_tokens=99,
        reasoning={"effort": "high"}, previous_response_id="resp_0", metadata={"a": "b"},
    )
    read = json.loads(answer.output_text)
    same(read["system"], ["Be brief.", "Be kind."])
    same(read["lines"], [["user", ["What?", f"image/png {PICTURE}"]]])
    same((read["temperature"], read["max_output"], read["reasoning"]), (0.5, 99, "high"))
    same(read["previous"], "resp_0")
    # What was asked for is repeated.
    same((answer.instructions, answer.metadata, answer.temperature), ("Be brief.", {"a": "b"}, 0.5))


def ends():
    for model, reason in [("truncated", "max_output_tokens"), ("withheld", "content_filter")]:
        last = stream(model)[-1]
        same(last.type, "response.incomplete")
        for answer in (last.response, whole(model)):
            same((answer.status, answer.incomplete_details.reason), ("incomplete", reason))


def broken():
    seen = []

    def read():
        for event in client.responses.create(model="breaks", input="Hello", stream=True):
            seen.append(event.type)

    error = raises(openai.APIError, read)
    same((error.code, seen[-1]), ("provider_failed", "response.output_text.delta"))
    raises(openai.InternalServerError, lambda: whole("breaks"))


def refusals():
    for model, kind in [
        ("limited", openai.RateLimitError),
        ("bad_key", openai.AuthenticationError),
        ("missing", openai.NotFoundError),
        ("too_long", openai.BadRequestError),
    ]:
        raises(kind, lambda: whole(model))
        raises(kind, lambda: stream(model))
    error = raises(openai.BadRequestError, lambda: whole("words", tools=[{"type": "web_search"}]))
    same(error.param, "tools[0].type")


for check in (words, reasoning, tools, structured, what_is_read, ends, broken, refusals):
    check()
