"""The scenario says what is wrong with itself, and the plan follows it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.script import Kind, Script
from grokbatch.demo.scenario.today import Today
from grokbatch.demo.scenario.trouble import Trouble
from grokbatch.demo.scenario.wire import Wire
from grokbatch.demo.state.timetable import plan

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"qouta": 3}, "qouta"),
        ({"quota": -1}, "quota"),
        ({"generation": {"min": 8, "max": 3}}, "generation.range"),
        ({"generation": []}, "generation.list"),
        ({"generation": float("inf")}, "generation.number"),
        ({"outcomes": {0: {"kind": "success"}}}, "outcomes.0"),
        ({"outcomes": {1: {"kind": "moderated", "at": 101}}}, "outcomes.1.at"),
        ({"limit_style": "popup"}, "limit_style"),
    ],
)
def test_a_fault_names_its_field(fields: dict[str, object], place: str) -> None:
    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(fields)
    assert ".".join(str(part) for part in error.value.errors()[0]["loc"]).startswith(place)


def test_a_scenario_survives_the_way_through_json() -> None:
    scenario = Scenario(generation=(1, 2), outcomes={2: Script(kind="stuck", at=44)}, quota=3)
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_a_list_of_times_is_used_in_turn() -> None:
    scenario = Scenario(generation=(6, 1, 1))
    assert [scenario.generation_seconds(number) for number in range(1, 6)] == [6, 1, 1, 6, 1]


@given(st.integers(1, 10_000))
def test_a_range_draws_the_same_time_for_the_same_submit(number: int) -> None:
    scenario = Scenario.model_validate({"generation": {"min": 2, "max": 5}})
    seconds = scenario.generation_seconds(number)
    assert 2 <= seconds <= 5
    assert seconds == scenario.generation_seconds(number)


def test_a_success_passes_the_percentages_of_the_captures_within_its_time() -> None:
    made = plan(Scenario(generation=10), 1)
    assert [percent for _, percent in made.steps] == [1, 5, 15, 24, 33, 44, 54, 63, 72, 95, 100]
    assert made.end == 10
    assert made.percent(5.5) == 54


@pytest.mark.parametrize("kind", ["moderated", "generation_error", "stuck", "network_error"])
def test_a_scripted_outcome_ends_at_its_percentage(kind: str) -> None:
    scenario = Scenario.model_validate({"generation": 10, "outcomes": {1: {"kind": kind, "at": 40}}})
    assert plan(scenario, 1).steps[-1] == (4.0, 40)
    assert plan(scenario, 2).ending == "success"


def test_a_slow_start_delays_the_first_percentage() -> None:
    scenario = Scenario(generation=2, outcomes={1: Script(kind="slow_start", seconds=30)})
    assert plan(scenario, 1).steps[0][0] >= 30
    assert plan(scenario, 1).end == 32


def test_every_knob_of_today_and_of_its_troubles_has_an_example_and_a_row_in_the_docs() -> None:
    told = [yaml.safe_load(path.read_text(encoding="utf-8")).get("demo", {}) for path in PROJECT.glob("batches/*.yaml")]
    knobs = {*Today.model_fields, *Wire.model_fields, *Trouble.model_fields, "otherwise"}
    assert knobs <= {key for demo in told for key in demo}
    page = (PROJECT / "docs/demo.md").read_text(encoding="utf-8")
    assert [knob for knob in Scenario.model_fields if f"`{knob}`" not in page] == []
    assert [kind for kind in get_args(Kind) if f"`{kind}`" not in page] == []
