"""A run that does not fit the machine is refused with the number that does; `parallel: auto` takes what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.browser.capacity import HEADED_MEMORY, HEADLESS_MEMORY, Capacity, Footprint, auto_workers
from grokbatch.record.storage.worker_memory import RunMemory, WorkerMemory
from grokbatch.run.planning.capacity import refusal

if TYPE_CHECKING:
    from pathlib import Path

GB = 10**9
MB = 10**6
ASSUMED = Footprint(300 * MB)
LIGHT = Footprint(200 * MB, is_measured=True)


@pytest.mark.parametrize(
    ("memory", "disk", "fitting"),
    [(32 * GB, 100 * GB, 106), (2 * GB, 100 * GB, 6), (32 * GB, GB, 13), (100_000, GB, 0), (GB, 0, 0)],
)
def test_the_scarcer_of_memory_and_disk_decides(memory: int, disk: int, fitting: int) -> None:
    assert Capacity(memory, disk).workers(ASSUMED) == fitting


def test_what_was_measured_counts_instead_of_what_is_assumed() -> None:
    """Of lighter workers more fit, and a refusal is judged by the same figure, which it names."""
    capacity = Capacity(2 * GB, 100 * GB)
    assert capacity.workers(LIGHT) == 9
    assert refusal(capacity, 9, LIGHT) is None
    told = refusal(capacity, 9, ASSUMED)
    assert told is not None
    assert "type -n 6" in told
    assert "300 MB for each worker, assumed" in told


def test_what_fits_is_not_refused() -> None:
    assert refusal(Capacity(2 * GB, 100 * GB), 6, ASSUMED) is None


def test_a_refusal_names_the_number_that_fits_and_the_way_around() -> None:
    text = refusal(Capacity(2 * GB, 100 * GB), 10, ASSUMED)
    assert text is not None
    assert "type -n 6" in text
    assert "--force" in text


AUTO = {
    "politely at most ten": (32 * GB, 100 * GB, 16, ASSUMED, 10, "the most that it takes by itself"),
    "cores": (32 * GB, 100 * GB, 2, ASSUMED, 8, "4 for each of 2 cores"),
    "one core": (32 * GB, 100 * GB, 1, ASSUMED, 4, "4 for one core"),
    "memory, assumed": (1400 * MB, 100 * GB, 4, ASSUMED, 4, "1.4 GB of memory are free (300 MB for each worker, assum"),
    "memory, measured": (1400 * MB, 100 * GB, 4, LIGHT, 6, "(200 MB for each worker, measured in earlier runs)"),
    "disk": (32 * GB, 400 * MB, 4, ASSUMED, 3, "0.4 GB of disk are free"),
    "no room: the run is refused later, with what to do": (0, 100 * GB, 4, ASSUMED, 1, "0.0 GB of memory are free"),
}


@pytest.mark.parametrize(("memory", "disk", "cores", "footprint", "number", "reason"), AUTO.values(), ids=AUTO)
def test_auto_is_what_the_scarcest_allows_and_says_why(
    memory: int, disk: int, cores: int, footprint: Footprint, number: int, reason: str
) -> None:
    auto = auto_workers(Capacity(memory, disk), cores, footprint)
    assert auto.number == number
    assert reason in auto.reason
    assert f"parallel: auto is {number}, " in str(auto)


def test_kinds_of_runs_have_figures_of_their_own(tmp_path: Path) -> None:
    """What a headless rehearsal took says nothing about windows, and nothing about the real site's heavier pages."""
    WorkerMemory(tmp_path).note("headless-demo", RunMemory(180 * MB, 8))
    assert Footprint.of(headed=False, demo=True, home=tmp_path) == Footprint(180 * MB, is_measured=True)
    assert Footprint.of(headed=False, demo=False, home=tmp_path) == Footprint(HEADLESS_MEMORY)
    assert Footprint.of(headed=True, demo=True, home=tmp_path) == Footprint(HEADED_MEMORY)
