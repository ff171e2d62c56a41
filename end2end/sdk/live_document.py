"""A machine that knows nothing but our own document: it asks everything the document allows, and much that
it does not, and every answer must be one that the document describes. A seed makes every run the same."""

import sys
import tempfile
from pathlib import Path

from live import BASE, KEY, same

import requests
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.cli import schemathesis as command

# Most requests made up for one operation in one phase.
MOST = 12
HOOKS = '''
import live
import schemathesis

# A name that nobody gave a model is answered by "no such model", and nothing behind it is reached.
@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("model"), str):
        body["model"] = "vectors" if "input" in body and "embeddings" in context.operation.path else "plain"
    return body
'''

document = requests.get(f"{BASE}/v1/openapi.json", timeout=10).json()
for name, schema in document["components"]["schemas"].items():
    Draft202012Validator.check_schema(schema)


def valid(name, body):
    """A body is as the document says."""
    rooted = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    problems = [problem.message for problem in Draft202012Validator(rooted).iter_errors(body)]
    same(problems, [])


def ask(path, body, expected=200):
    answer = requests.post(f"{BASE}{path}", json=body, headers={"x-api-key": KEY}, timeout=30)
    same(answer.status_code, expected)
    return answer


lines = [{"role": "user", "content": "By the document"}]
valid("ChatAnswer", ask("/v1/chat/completions", {"model": "plain", "messages": lines}).json())
valid("ResponseAnswer", ask("/v1/responses", {"model": "plain", "input": "By it", "store": False}).json())
valid("MessageAnswer", ask("/v1/messages", {"model": "plain", "max_tokens": 9, "messages": lines}).json())
valid("EmbeddingAnswer", ask("/v1/embeddings", {"model": "vectors", "input": "By it"}).json())
valid("OpenAiRefusal", ask("/v1/chat/completions", {"model": "plain"}, 400).json())
valid("AnthropicRefusal", ask("/v1/messages", {"model": "plain"}, 400).json())

with tempfile.TemporaryDirectory() as folder:
    hooks = Path(folder) / "of_our_document.py"
    hooks.write_text(HOOKS)
    sys.path.insert(0, folder)
    import os

    os.environ["SCHEMATHESIS_HOOKS"] = "of_our_document"
    os.chdir(folder)
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    code = command.main(
        [
            "run",
            f"{BASE}/v1/openapi.json",
            f"--header=x-api-key: {KEY}",
            f"--checks={checks}",
            "--phases=examples,coverage,fuzzing",
            f"--max-examples={MOST}",
            "--seed=7",
            "--max-time=20",
            "--max-failures=5",
            "--workers=2",
            "--generation-database=none",
            "--request-timeout=20",
            "--no-color",
        ],
        standalone_mode=False,
    )
    same(code or 0, 0)
