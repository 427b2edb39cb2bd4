"""The order in which several workers get the tests."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.order import dealt, seconds

FILES = [
    *(["tests/bench/test_bench.py"] * 3),
    *(f"tests/browser/site/test_{number}.py" for number in range(12) for _ in range(5)),
    *(f"tests/e2e/test_{number}.py" for number in range(9) for _ in range(4)),
    *(f"tests/plugin/test_{number}.py" for number in range(8) for _ in range(6)),
    *(f"tests/unit/test_{number}.py" for number in range(40) for _ in range(25)),
]


def handed_out(files: list[str], workers: int) -> list[list[str]]:
    """Return what each worker is given first, as xdist cuts the order."""
    order = dealt(files, workers)
    cuts = [len(order) * number // workers for number in range(workers + 1)]
    return [[files[position] for position in order[cuts[worker] : cuts[worker + 1]]] for worker in range(workers)]


@pytest.mark.parametrize("workers", [1, 2, 5, 8])
@pytest.mark.parametrize("files", [FILES, FILES[:7], FILES[-5:], FILES[:1], []], ids=len)
def test_each_test_is_run_once(files: list[str], workers: int) -> None:
    assert sorted(dealt(files, workers)) == [*range(len(files))]


@pytest.mark.parametrize("workers", [2, 5, 8])
def test_long_tests_are_spread_and_come_first(workers: int) -> None:
    shares = handed_out(FILES, workers)
    loads = [sum(map(seconds, share)) for share in shares]
    assert max(loads) - min(loads) <= 40  # a file of four that take 10 s each
    for share in shares:
        waits = [seconds(file) > 0 for file in share]
        assert waits == sorted(waits, reverse=True)


def test_a_file_of_long_tests_stays_with_one_worker() -> None:
    """What its tests share is made once."""
    owners = Counter(file for share in handed_out(FILES, 5) for file in {*share} if seconds(file))
    assert set(owners.values()) == {1}


def test_workers_do_not_begin_alike() -> None:
    first = [share[0].split("/")[1] for share in handed_out(FILES, 5)]
    assert first[::2] == ["e2e"] * 3
    assert "e2e" not in first[1::2]
