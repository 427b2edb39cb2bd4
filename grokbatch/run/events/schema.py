"""Makes the JSON Schema of the events, a draft 7 schema of one line of `--events`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grokbatch.run.events.events import FACTS, KINDS, SCHEMA

if TYPE_CHECKING:
    from grokbatch.run.events.events import Kind

_TEXT_OR_NOTHING = {"type": ["string", "null"]}


def schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(schema(), indent=2) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema; it lets later versions add facts and kinds, as programs that read events must."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "grokbatch event",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "at": {"type": "string", "format": "date-time"},
            "kind": {"type": "string"},
            "batch": _TEXT_OR_NOTHING,
            "video": _TEXT_OR_NOTHING,
            "worker": _TEXT_OR_NOTHING,
        },
        "required": ["schema", "at", "kind", "batch", "video", "worker"],
        "allOf": [{"if": {"properties": {"kind": {"const": kind}}}, "then": _facts(kind)} for kind in KINDS],
    }


def _facts(kind: Kind) -> dict[str, Any]:
    facts = FACTS[kind]
    return {"properties": {name: _type(spelled) for name, spelled in facts.items()}, "required": list(facts)}


def _type(spelled: str) -> dict[str, Any]:
    if spelled == "array":
        return {"type": "array", "items": {"type": "string"}}
    name = spelled.removesuffix("?")
    return {"type": [name, "null"] if name != spelled else name}
