"""The JSON Schema that editors check batch files with: it says what the loader says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from pydantic import ValidationError
from typer.testing import CliRunner

from grokbatch.batch.json_schema import SHIPPED, schema
from grokbatch.batch.loader import BatchError, load_batch
from grokbatch.batch.model.batch import KEYS
from grokbatch.cli.app import app
from grokbatch.demo.scenario.scenario import Scenario

BATCHES = Path(__file__).parents[3] / "batches"
FILES = sorted([*BATCHES.glob("*.yaml"), *BATCHES.glob("shared/*.yaml")])
LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
POST = "https://grok.com/imagine/post/00000000-0000-4000-8000-00000000000"


class EditorsLoader(yaml.SafeLoader):
    """Reads YAML as editors do: in its version 1.2, where `16:9` and `no` are texts."""


EditorsLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"|~|null", ["~", "n", ""]),
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]*\.[0-9]+", "-+.0123456789"),
):
    EditorsLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def complaints(text: str) -> list[str]:
    """Return the keys or rules that an editor would underline in a batch file."""
    content = yaml.load(text, Loader=EditorsLoader)  # noqa: S506 - a safe one
    return [error.json_path for error in Draft7Validator(schema(Scenario)).iter_errors(content)]


def is_taken(path: Path) -> bool:
    try:
        load_batch(path)
    except BatchError:
        return False
    return True


def test_the_shipped_schema_is_what_the_models_say() -> None:
    """To renew it: grokbatch schema --output grokbatch/batch/batch.schema.json"""
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == schema(Scenario)


def test_the_schema_is_one_itself_and_explains_every_key() -> None:
    Draft7Validator.check_schema(schema(Scenario))
    explained = schema(Scenario)["definitions"]["BatchFile"]["properties"]
    assert set(explained) == set(KEYS)
    assert all(KEYS[key] in explained[key]["description"] for key in KEYS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_names_the_schema_and_satisfies_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = LINE.match(text)
    assert named
    assert (path.parent / named[1]).resolve() == SHIPPED
    assert complaints(text) == []


BASE: dict[str, Any] = {"permalink": f"{POST}0", "prompt": "A heron."}
WITHOUT = {"prompt": "A heron."}


@pytest.mark.parametrize(
    "said",
    [
        BASE,
        *({**BASE, "duration": value} for value in (10, "10", "10s", "max")),
        {**BASE, "site": "demo", "headed": "auto", "timeout": 30, "max_wait": 90.5},
        {**BASE, "site": "http://127.0.0.1:8000/"},
        {**BASE, "expect": {"duration": "10s", "not_frozen": 0.5, "audio": False}},
        {**BASE, "axes": {"camera": ["slow"]}, "exclude": [{"camera": ["slow"]}], "prompt": "{camera}", "count": 1}
        | {"exclude": []},
        {"permalink": f" <HTTP://www.Grok.com/Imagine/post/{POST[-35:].upper()}0/?a=b#c>", "prompt": "A heron."},
        {"permalink": f"{POST[-35:]}0", "prompt": "A heron."},
        {"permalink": f"http://127.0.0.1:8000{POST[16:]}0", "prompt": "A heron."},
        {"permalinks": [f"{POST}0", f"{POST}1?source=x"], "prompts": ["A", {"prompt": "B", "count": 2, "name": "b"}]},
        {"prompts": [{"prompt": "A", "permalink": f"{POST}0"}]},
    ],
    ids=str,
)
def test_what_the_loader_takes_the_editor_takes(said: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(json.dumps(said), encoding="utf-8")
    assert is_taken(path)
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({}, "$"),
        (WITHOUT, "$"),
        ({"permalink": f"{POST}0"}, "$"),
        ({**BASE, "prompts": ["A"]}, "$"),
        ({**BASE, "permalinks": [f"{POST}1"]}, "$"),
        ({**BASE, "promt": "A"}, "$"),
        ({**BASE, "permalink": "https://grok.com/imagine"}, "$.permalink"),
        ({**BASE, "permalink": f"{POST}01"}, "$.permalink"),
        ({**BASE, "permalink": "https://grok.com/share/abc"}, "$.permalink"),
        ({**BASE, "prompt": " "}, "$.prompt"),
        ({**BASE, "prompt": None}, "$.prompt"),
        ({**BASE, "count": 0}, "$.count"),
        ({**BASE, "count": 101}, "$.count"),
        ({**BASE, "count": "3"}, "$.count"),
        ({**BASE, "duration": 8}, "$.duration"),
        ({**BASE, "duration": True}, "$.duration"),
        ({**BASE, "resolution": "720"}, "$.resolution"),
        ({**BASE, "aspect": "16/9"}, "$.aspect"),
        ({**BASE, "site": "https://grok.com/imagine"}, "$.site"),
        ({**BASE, "headed": "yes"}, "$.headed"),
        ({**BASE, "account": "Main"}, "$.account"),
        ({**BASE, "expect": {"sound": True}}, "$.expect"),
        ({**BASE, "axes": {"camera": []}}, "$.axes.camera"),
        ({**BASE, "axes": {"camera": "slow"}}, "$.axes.camera"),
        ({**BASE, "exclude": {"camera": "slow"}}, "$.exclude"),
        ({**BASE, "sample": 0}, "$.sample"),
        ({"permalink": f"{POST}0", "prompts": []}, "$.prompts"),
        ({"permalink": f"{POST}0", "prompts": [{"prompt": "A", "coutn": 2}]}, "$.prompts[0]"),
        ({"permalink": f"{POST}0", "prompts": [{"count": 2}]}, "$.prompts[0]"),
        ({"prompts": [{"prompt": "A", "permalink": f"{POST}0"}, "B"]}, "$"),
    ],
    ids=str,
)
def test_what_the_loader_refuses_the_editor_underlines(said: dict[str, Any], place: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(json.dumps(said), encoding="utf-8")
    assert not is_taken(path)
    assert place in complaints(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "scenario",
    [
        {"era": "A", "quota": 8, "generation": 2},
        *({"generation": value} for value in ([1, 2.5], {"min": 1, "max": 2})),
        {"outcomes": {2: {"kind": "moderated", "at": 40}}, "quota_of": {"me": 3}},
        *({"old_toast": value} for value in (True, "limit")),
        *({"longest": value} for value in (10, "10")),
        *({"transfers": {1: value}} for value in ("cut,whole", ["cut", "whole"])),
    ],
    ids=str,
)
def test_what_the_built_in_site_takes_the_editor_takes(scenario: dict[str, Any]) -> None:
    Scenario.model_validate(scenario)
    assert complaints(json.dumps({**BASE, "demo": scenario})) == []


@pytest.mark.parametrize(
    ("scenario", "place"),
    [
        ({"qouta": 8}, "$.demo"),
        ({"era": "Z"}, "$.demo.era"),
        ({"quota": -1}, "$.demo.quota"),
        ({"outcomes": {2: {"kind": "lost"}}}, "$.demo.outcomes['2'].kind"),
        ({"transfers": {1: ["lost"]}}, "$.demo.transfers['1']"),
    ],
    ids=str,
)
def test_what_the_built_in_site_refuses_the_editor_underlines(scenario: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate(scenario)
    assert place in complaints(json.dumps({**BASE, "demo": scenario}))


def test_a_file_for_others_to_extend_holds_defaults_alone() -> None:
    assert complaints("defaults: {account: main, count: 2}") == []
    assert complaints("defaults: {account: main, cuont: 2}") == ["$.defaults"]
    assert complaints("defaults: {extends: other.yaml}") == ["$.defaults"]
    assert complaints("defaults: {count: 2}\nprompt: A") == ["$"]


def test_the_schema_can_be_printed_and_written(tmp_path: Path) -> None:
    assert json.loads(CliRunner().invoke(app, ["schema"]).stdout) == schema(Scenario)
    file = tmp_path / "schema.json"
    assert CliRunner().invoke(app, ["schema", "--output", str(file)]).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8")) == schema(Scenario)


def test_a_new_batch_file_comes_with_the_schema_that_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"GROKBATCH_HOME": str(tmp_path / "home")}
    typed = ["init", "cats", "--permalink", f"{POST}0", "--prompt-file", "-"]
    assert CliRunner().invoke(app, typed, env=environ, input="A heron.").exit_code == 0
    text = (tmp_path / "batches" / "cats.yaml").read_text(encoding="utf-8")
    named = LINE.match(text)
    assert named
    assert json.loads((tmp_path / "batches" / named[1]).read_text(encoding="utf-8")) == schema(Scenario)
    assert complaints(text) == []
