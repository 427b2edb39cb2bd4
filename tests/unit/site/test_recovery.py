"""In which order the videos on a page are tried for an orphan."""

from __future__ import annotations

from itertools import permutations

import pytest

from grokbatch.site.make.recovery import ranked


def test_what_no_rival_could_take_is_tried_first() -> None:
    """One rival knows "a" from before its submit, so "a" cannot be its video, but "b" can."""
    assert ranked(frozenset({"a", "b"}), (frozenset({"a"}),)) == ["a", "b"]
    assert ranked(frozenset({"a", "b"}), (frozenset({"b"}),)) == ["b", "a"]


def test_without_rivals_the_order_is_the_same_for_every_worker() -> None:
    assert ranked(frozenset({"c", "a", "b"}), ()) == ["a", "b", "c"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_orphans_each_find_a_video_whoever_searches_first(order: tuple[int, ...]) -> None:
    """The third knows two of the three videos, the second one, the first none: only one assignment serves all."""
    known = [frozenset[str](), frozenset({"v1"}), frozenset({"v1", "v2"})]
    left = {"v1", "v2", "v3"}
    for at in order:
        rivals = tuple(known[other] for other in order[order.index(at) + 1 :])
        mine = ranked(frozenset(left - known[at]), rivals)
        assert mine, "a video is left for each"
        left.remove(mine[0])
