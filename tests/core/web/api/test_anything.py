"""Whatever is sent, the API answers in its shapes and never breaks."""

import random
import uuid
from typing import Any

import pytest

from aerostic.registry import runtime
from aerostic.web.api.document import document
from tests.support.factories import make_account, make_contact, make_number, make_template

ROUNDS = 6
ODDLY = 0.03
TEXTS = (
    "",
    " ",
    "a",
    "+4915112345678",
    "a@b.example",
    "\u202e",
    "\ud800",
    "x" * 5000,
    "%s",
    "'; --",
    "2026-01-01T00:00:00Z",
)
ODD = (None, True, False, 0, -1, 10**30, 1.5, [], {}, [None], {"": ""}, *TEXTS)


class Sender:
    """Makes up what an operation may be sent: by its schema, and now and then something else."""

    def __init__(self, seed: int, schemas: dict[str, Any], ids: list[str]) -> None:
        self.random = random.Random(seed)
        self.schemas, self.ids = schemas, ids

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value of a schema, and once in a while something else."""
        if self.random.random() < ODDLY or depth > 4:
            return self.random.choice(ODD)
        if "$ref" in schema:
            return self.value(self.schemas[schema["$ref"].rpartition("/")[2]], depth)
        if "anyOf" in schema:
            return self.value(self.random.choice(schema["anyOf"]), depth)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        return self._typed(schema, depth)

    def _typed(self, schema: dict[str, Any], depth: int) -> Any:
        match schema.get("type"):
            case "object":
                known = schema.get("properties", {})
                needed = schema.get("required", ())
                given = [name for name in known if name in needed or self.random.random() < 0.4]
                named = {name: self.value(known[name], depth + 1) for name in given}
                more = schema.get("additionalProperties")
                free = {self.text({}): self.value(more, depth + 1)} if isinstance(more, dict) else {}
                return {**named, **free}
            case "array":
                return [self.value(schema.get("items", {}), depth + 1) for _ in range(self.random.randrange(3))]
            case "integer":
                return self.random.randrange(1, 100)
            case "boolean":
                return self.random.random() < 0.5
            case "string":
                return self.text(schema)
        return self.random.choice(ODD)

    def text(self, schema: dict[str, Any]) -> str:
        """A text of the wanted form, or any."""
        match schema.get("format"):
            case "uuid":
                return self.random.choice(self.ids)
            case "date-time":
                return "2026-01-01T00:00:00Z"
        return self.random.choice(TEXTS)[: schema.get("maxLength", 5000)]


@pytest.fixture
def sender(api, tenant) -> Any:
    account = make_account(tenant.id)
    rows = (make_contact(tenant.id), number := make_number(tenant.id, account), make_template(tenant.id, account))
    described = document(runtime().registry)
    campaign = api.post("/api/v1/campaigns", json={"name": "Spring", "number_id": str(number.id)}).json["id"]
    ids = [*(str(row.id) for row in rows), campaign, str(uuid.UUID(int=0))]
    return lambda seed: (described["paths"], Sender(seed, described["components"]["schemas"], ids))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_nothing_that_is_sent_breaks_it(api, sender, seed):
    paths, made_up = sender(seed)
    for path, operations in paths.items():
        if path.endswith("/sync"):  # asks the provider
            continue
        for method, operation in operations.items():
            where = path.replace("{", "\0").replace("}", "\0").split("\0")
            address = "".join(made_up.random.choice(made_up.ids) if i % 2 else part for i, part in enumerate(where))
            query = {
                p["name"]: str(made_up.value(p["schema"])).encode("utf-8", "replace").decode()
                for p in operation["parameters"]
                if p.get("in") == "query" and made_up.random.random() < 0.3
            }
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            sent = made_up.value(body) if body else None
            headers = {"Idempotency-Key": f"{seed}"} if made_up.random.random() < 0.3 else {}
            answer = api.open(address, method=method.upper(), query_string=query, json=sent, headers=headers)
            assert answer.status_code < 500, (method, address, query, sent)
            assert answer.is_json, (method, address)
            assert ("error" in answer.json) == (answer.status_code >= 400), answer.json
