"""OpenAI's library reads our embeddings. The address of the server is the only argument."""

import struct

import openai
from openai.types import CreateEmbeddingResponse

from checks import BASE, KEY, raises, same

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)


def exact(number):
    """A number as four bytes hold it."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


def ask(given, **more):
    answer = client.embeddings.create(model="vectors", input=given, **more)
    CreateEmbeddingResponse.model_validate_json(answer.model_dump_json(exclude_unset=True))
    same((answer.model, answer.usage.prompt_tokens), ("vectors", 11))
    same([datum.index for datum in answer.data], list(range(len(answer.data))))
    return [datum.embedding for datum in answer.data]


# Unasked, the library asks for base64 and reads it.
for more in ({}, {"encoding_format": "float"}):
    one, other = ask(["Grüße", "日本"], **more)
    same([exact(number) for number in one], [exact(5.1)] * 3)
    same([exact(number) for number in other], [exact(2.1)] * 3)
same(len(ask("alone", dimensions=7)[0]), 7)
same([exact(vector[0]) for vector in ask([[1, 2, 3, 4], [5]])], [exact(4.1), exact(1.1)])
raises(openai.RateLimitError, lambda: client.embeddings.create(model="limited", input="a"))
error = raises(openai.BadRequestError, lambda: client.embeddings.create(model="vectors", input=["a", ""]))
same(error.param, "input[1]")
