"""LangChain as a program of the real server."""

from live import BASE, KEY, same

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel


class City(BaseModel):
    """A city."""

    name: str
    warm: bool


@tool
def weather(city: str) -> str:
    """What it is like outside."""
    return f"cold in {city}"


def chat(model):
    return ChatOpenAI(model=model, base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)


same(chat("plain").invoke("Hello chain").content, "You said: Hello chain")
same("".join(piece.content for piece in chat("claude").stream("Hello pieces")), "You said: Hello pieces")
able = chat("calls").bind_tools([weather])
lines = [HumanMessage("How is it?")]
answer = able.invoke(lines)
call = answer.tool_calls[0]
same((call["name"], call["args"]), ("weather", {"city": "Oslo"}))
lines += [answer, ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])]
same(able.invoke(lines).content, "It is cold in Oslo.")
same(chat("formed").with_structured_output(City).invoke("Where?"), City(name="Oslo", warm=False))
vectors = OpenAIEmbeddings(
    model="vectors", base_url=f"{BASE}/v1", api_key=KEY, check_embedding_ctx_length=False, max_retries=0
)
same(vectors.embed_documents(["one", "two"]), [[0.5, -0.25, 1.0]] * 2)
