"""Makes the JSON Schema of batch files from the models, so that editors can complete, explain and check them.

It is a schema of draft 7, which all editors with YAML support understand. What a schema cannot check, such as the names
in a prompt's braces, is checked by `load_batch`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from grokbatch.batch.model.batch import BatchFile, PromptEntry
from grokbatch.batch.model.expectations import Expectations
from grokbatch.batch.model.fields import words_of
from grokbatch.batch.model.hosts import HereEntry, HostEntry
from grokbatch.batch.source.reader import ACCOUNTS, DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel
    from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

SHIPPED = Path(__file__).with_name("batch.schema.json")
"""The schema file that comes with the package."""

_PROMPT_KEYS = ("prompt", "prompts", "prompts_file")
_LINK_KEYS = ("permalink", "permalinks")
_INNER = (PromptEntry, Expectations, HereEntry, HostEntry)


class _Plain(GenerateJsonSchema):
    """Leaves out titles, which only distract in an editor, and `null`, which no key of a batch file may be."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def nullable_schema(self, schema: NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> dict[str, Any]:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made


def schema(scenario: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of batch files and of the files that batches extend.

    `scenario` is the model of the values below `demo:`, which are options of the built-in site.
    """
    (batch, inner), (demo, scenes) = _parts(BatchFile), _parts(scenario)
    for model, made in [(BatchFile, batch), *((model, inner[model.__name__]) for model in _INNER)]:
        _explain(model, made)
    described = batch["properties"]["demo"]["description"]
    batch["properties"]["demo"] = {**demo, "description": described}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "grokbatch batch file",
        "if": {"required": [DEFAULTS]},
        "then": {"$ref": "#/definitions/Defaults"},
        "else": {"$ref": "#/definitions/BatchFile"},
        "definitions": {"BatchFile": _whole(batch), "Defaults": _defaults(batch["properties"]), **inner, **scenes},
    }


def schema_text(scenario: type[BaseModel]) -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(schema(scenario), indent=2) + "\n"  # only ASCII, so that it can be written in any encoding


def _parts(model: type[BaseModel]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of `model`, and the schemas of the models that it contains, by name."""
    made = model.model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Plain)
    return made, made.pop("$defs")


def _explain(model: type[BaseModel], made: dict[str, Any]) -> None:
    made.pop("title", None)
    for key, said in made["properties"].items():
        said["description"] = f"{said.get('description', '')}\n\nMust be {words_of(model, key)}."


def _whole(batch: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the rules about several keys: from which of them the prompts and the images come."""
    own_links = {
        "required": ["prompts"],
        "properties": {"prompts": {"items": {"type": "object", "required": ["permalink"]}}},
    }
    return {
        **batch,
        "allOf": [
            {"anyOf": [*_required((*_PROMPT_KEYS, "extends"))]},
            {"anyOf": [*_required((*_LINK_KEYS, "prompts_file", "extends")), own_links]},
        ],
        "dependencies": {
            key: {"properties": {other: False for other in keys if other != key}}
            for keys in (_PROMPT_KEYS, _LINK_KEYS, ACCOUNTS)
            for key in keys
        },
    }


def _required(keys: Iterable[str]) -> Iterable[dict[str, Any]]:
    return ({"required": [key]} for key in keys)


def _defaults(properties: Iterable[str]) -> dict[str, Any]:
    keys = {key: {"$ref": f"#/definitions/BatchFile/properties/{key}"} for key in properties if key != "extends"}
    return {
        "description": "A file that batches extend: its keys apply where a batch does not set them itself.",
        "type": "object",
        "properties": {DEFAULTS: {"type": "object", "properties": keys, "additionalProperties": False}},
        "additionalProperties": False,
    }
