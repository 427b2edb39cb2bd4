"""The timetable of one generation: computed in advance, so that nothing has to run while it lasts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.scenario.script import Kind

PROGRESS = (1, 5, 15, 24, 33, 44, 54, 63, 72, 95, 100)  # the values seen in captures

Ending = Literal["success", "moderated", "network_error", "generation_error", "stuck"]
DEFAULT_SLOW_START = 10.0
_ENDINGS: dict[Kind, Ending] = {
    "moderated": "moderated",
    "photo_moderated": "moderated",
    "network_error": "network_error",
    "generation_error": "generation_error",
    "stuck": "stuck",
}
_CUT = ("cut_clean", "cut_broken")


@dataclass(frozen=True)
class Timetable:
    """When (seconds after the submit) each percentage is reached, how it ends, and where the reply breaks off.

    `drops_cleanly`: the reply breaks off without a network error, as if it were complete.
    """

    steps: tuple[tuple[float, int], ...]
    ending: Ending
    drops_at: float | None = None
    drops_cleanly: bool = False

    @property
    def end(self) -> float:
        """Seconds from the submit to the end (for a stuck generation: to the last progress)."""
        return self.steps[-1][0]

    def percent(self, elapsed: float) -> int:
        """Return the percentage reached `elapsed` seconds after the submit."""
        return max((percent for when, percent in self.steps if when <= elapsed), default=0)


def plan(scenario: Scenario, number: int, image: str = "") -> Timetable:
    """Return the course of submit `number`, which is about `image`."""
    script, seconds = scenario.script(number, image), scenario.generation_seconds(number, image)
    start = 0.0
    if script.kind == "slow_start":
        start = DEFAULT_SLOW_START if script.seconds is None else script.seconds
    last = script.last_percent
    if script.kind in _CUT or (script.kind == "network_error" and script.completes):
        drops_at = start + seconds * script.event_percent / 100
        return Timetable(_steps(start, seconds, 100), "success", drops_at, script.kind == "cut_clean")
    steps = _steps(start, seconds, last)
    ending = _ENDINGS.get(script.kind, "success")
    return Timetable(steps, ending, steps[-1][0] if ending == "network_error" else None)


def _steps(start: float, seconds: float, last: int) -> tuple[tuple[float, int], ...]:
    percents = [*(percent for percent in PROGRESS if percent < last), last]
    return tuple((start + seconds * percent / 100, percent) for percent in percents)
