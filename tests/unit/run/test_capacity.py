"""A run that does not fit the machine is refused with the number that does."""

from __future__ import annotations

import pytest

from grokbatch.run.controller.capacity import Capacity, refusal

GB = 10**9


@pytest.mark.parametrize(
    ("memory", "disk", "fitting"),
    [(32 * GB, 100 * GB, 106), (2 * GB, 100 * GB, 6), (32 * GB, GB, 13), (100_000, GB, 0), (GB, 0, 0)],
)
def test_the_scarcer_of_memory_and_disk_decides(memory: int, disk: int, fitting: int) -> None:
    assert Capacity(memory, disk).workers(headed=False) == fitting


def test_windows_need_more_memory() -> None:
    capacity = Capacity(2 * GB, 100 * GB)
    assert capacity.workers(headed=True) < capacity.workers(headed=False)


def test_what_fits_is_not_refused() -> None:
    assert refusal(Capacity(2 * GB, 100 * GB), 6, headed=False) is None


def test_a_refusal_names_the_number_that_fits_and_the_way_around() -> None:
    text = refusal(Capacity(2 * GB, 100 * GB), 10, headed=False)
    assert text is not None
    assert "type -n 6" in text
    assert "--force" in text
