"""Google's library reads our contents. The address of the server is the only argument."""

import asyncio
import base64
import json

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

from checks import BASE, KEY, PICTURE, raises, same

client = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=BASE))
TOOLS = [
    types.Tool(
        function_declarations=[
            types.FunctionDeclaration(
                name=name,
                description="A tool.",
                parameters=types.Schema(
                    type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}
                ),
            )
            for name in ("weather", "now")
        ]
    )
]


def stream(model, **config):
    pieces = client.models.generate_content_stream(model=model, contents="Hello", config=config or None)
    return list(pieces)


def whole(model, contents="Hello", **config):
    return client.models.generate_content(model=model, contents=contents, config=config or None)


def parts(pieces):
    return [part for piece in pieces for part in piece.candidates[0].content.parts or []]


def words():
    pieces = stream("words")
    same("".join(piece.text or "" for piece in pieces), "Grüße 😀 日本")
    same("".join(piece.text or "" for piece in stream("slow")), "Grüße 😀 日本")
    same(whole("words").text, "Grüße 😀 日本")
    for last in (pieces[-1], whole("words")):
        same(last.candidates[0].finish_reason, types.FinishReason.STOP)
        usage = last.usage_metadata
        same((usage.prompt_token_count, usage.candidates_token_count), (35, 7))
        same((usage.thoughts_token_count, usage.cached_content_token_count), (4, 20))
        same((last.model_version, last.response_id), ("words", "one"))


def reasoning():
    for read in (parts(stream("thinks")), parts([whole("thinks")])):
        same("".join(part.text for part in read if part.thought), "Hm, well.")
        same("".join(part.text or "" for part in read if not part.thought), "Yes.")
        proofs = [part.thought_signature for part in read if part.thought_signature]
        same(proofs, [base64.b64decode("cHJvb2Y=")])


def tools():
    quiet = types.AutomaticFunctionCallingConfig(disable=True)
    config = {"tools": TOOLS, "automatic_function_calling": quiet}
    for read in (parts(stream("calls", **config)), parts([whole("calls", **config)])):
        calls = [part.function_call for part in read if part.function_call]
        same([(call.name, call.args) for call in calls], [("weather", {"city": "München"}), ("now", {})])
        results = [
            types.Part(
                function_response=types.FunctionResponse(id=call.id, name=call.name, response={"result": "7"})
            )
            for call in calls
        ]
        contents = [
            types.Content(role="user", parts=[types.Part(text="Hello")]),
            types.Content(role="model", parts=read),
            types.Content(role="user", parts=results),
        ]
        # The reasoning and the call came back with their proofs.
        same(whole("calls", contents, **config).text, "cHJvb2Y=; c2VhbA==; weather: 7; now: 7")


def structured():
    class City(BaseModel):
        name: str
        warm: bool

    answer = whole("structured", response_mime_type="application/json", response_schema=City)
    same(answer.parsed, City(name="Oslo", warm=False))


def what_is_read():
    picture = types.Part.from_bytes(data=base64.b64decode(PICTURE), mime_type="image/png")
    answer = whole(
        "echo",
        ["What?", picture],
        system_instruction="Be brief.",
        temperature=0.5,
        max_output_tokens=99,
        stop_sequences=["END"],
        top_k=3,
        thinking_config=types.ThinkingConfig(thinking_budget=2048, include_thoughts=True),
        tools=TOOLS,
        tool_config=types.ToolConfig(
            function_calling_config=types.FunctionCallingConfig(mode="ANY", allowed_function_names=["now"])
        ),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    read = json.loads(answer.text)
    same(read["system"], ["Be brief."])
    same(read["lines"], [["user", ["What?", f"image/png {PICTURE}"]]])
    same((read["temperature"], read["max_output"], read["stop"]), (0.5, 99, ["END"]))
    same((read["reasoning"], read["tool_choice"]), ("low", 'Named("now")'))
    same(read["left_out"], ["generationConfig.topK"])
    same(read["tools"][0], ["weather", {"type": "object", "properties": {"city": {"type": "string"}}}])


def ends():
    same(stream("truncated")[-1].candidates[0].finish_reason, types.FinishReason.MAX_TOKENS)
    same(whole("withheld").candidates[0].finish_reason, types.FinishReason.SAFETY)


def broken():
    seen = []

    def read():
        for piece in client.models.generate_content_stream(model="breaks", contents="Hello"):
            seen.append(piece.text)

    error = raises(errors.ServerError, read)
    same((seen, error.code, error.status), (["Half"], 502, "UNAVAILABLE"))
    raises(errors.ServerError, lambda: whole("breaks"))


def refusals():
    for model, kind, code, status in [
        ("limited", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("budget", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("bad_key", errors.ClientError, 401, "UNAUTHENTICATED"),
        ("forbidden", errors.ClientError, 403, "PERMISSION_DENIED"),
        ("missing", errors.ClientError, 404, "NOT_FOUND"),
        ("too_long", errors.ClientError, 400, "INVALID_ARGUMENT"),
        ("resting", errors.ServerError, 503, "UNAVAILABLE"),
    ]:
        for act in (whole, stream):
            error = raises(kind, lambda: act(model))
            same((error.code, error.status), (code, status))


async def at_once():
    async def ask():
        said = ""
        async for piece in await client.aio.models.generate_content_stream(model="words", contents="Hello"):
            said += piece.text or ""
        return said

    same(await asyncio.gather(*[ask() for _ in range(8)]), ["Grüße 😀 日本"] * 8)


for check in (words, reasoning, tools, structured, what_is_read, ends, broken, refusals):
    check()
asyncio.run(at_once())
