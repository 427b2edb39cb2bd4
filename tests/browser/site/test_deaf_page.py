"""A page that is drawn before it reacts: no press and no entry is lost on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.listening import Listening
from grokbatch.site.page.watcher import Watch
from tests.quick import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.browser.site.conftest import DemoRig

# Without an init script, whose listeners would be taken for the page's.
FIRST_PRESS = "performance.getEntriesByType('first-input')[0].startTime"
NEVER = 1000.0
HYDRATED = 8000.0
"""Milliseconds: late enough for any machine to press before."""


@pytest.mark.parametrize(
    ("era", "seconds"),
    [
        ("A", 1.2),
        pytest.param("B", 1.2, marks=pytest.mark.slow),
        pytest.param("C", 1.2, marks=pytest.mark.slow),
        ("D", 0.5),
        pytest.param("D", 1.2, marks=pytest.mark.slow),
        pytest.param("D", 3.0, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_pressed_before_the_page_reacts(on_demo: Callable[..., DemoRig], era: str, seconds: float) -> None:
    """The first press comes once the page listens, and the first submit is the only one."""
    rig = on_demo(era=era, hydrate=seconds)
    assert rig.make().category is None
    assert rig.page.evaluate(FIRST_PRESS) >= seconds * 1000
    assert len(rig.listener.submits) == len(rig.entries("submit")) == 1


@pytest.mark.parametrize("era", one_in(4, "DABC"))
def test_a_press_on_a_page_that_hears_nothing_is_repeated_once_it_listens(
    on_demo: Callable[..., DemoRig], era: str
) -> None:
    """What is deaf for longer than one waits for evidence: no time is waited for a press that nothing could hear."""
    rig = on_demo(era=era, hydrate=HYDRATED / 1000, timeouts={"deaf": 0.1, "ignored": NEVER})
    assert rig.make().category is None
    assert rig.page.evaluate(FIRST_PRESS) < HYDRATED
    assert len(rig.entries("submit")) == 1


@pytest.mark.slow
def test_a_page_that_is_deaf_for_ten_seconds(on_demo: Callable[..., DemoRig]) -> None:
    """With the time that a run waits for evidence; the pages of other eras are above, with a shorter one."""
    rig = on_demo(era="D", hydrate=10.0, timeouts={"ignored": NEVER})
    assert rig.make(timeout=30).category is None
    assert len(rig.entries("submit")) == 1


REACT = """
<button aria-label="Make video"><b>Make video</b></button><textarea aria-label="Make a video"></textarea>
<script>
document["__reactContainer$f00"] = {};
document.addEventListener("click", () => {});
function takeOver() { document.querySelector("button")["__reactProps$f00"] = {}; }
</script>
"""


def test_react_hears_only_what_it_has_taken_over(demo_browser: Browser) -> None:
    """It listens at the top from the beginning; the marks on its elements tell which of them it knows."""
    page = demo_browser.new_page()
    try:
        page.set_content(REACT)
        doc = Watch(page, packaged_table(), "x").now().doc
        listening = Listening(page, bound=NEVER, clock=time.monotonic)
        assert not listening.may_act(doc)
        page.evaluate("takeOver()")
        assert listening.may_act(doc)
    finally:
        page.close()


def test_what_nobody_can_tell_is_not_waited_for_long(demo_browser: Browser) -> None:
    now = [0.0]
    page = demo_browser.new_page()
    try:
        page.set_content('<button aria-label="Make video">Make video</button>')
        doc = Watch(page, packaged_table(), "x").now().doc
        listening = Listening(page, bound=6.0, clock=lambda: now[0])
        assert not listening.may_act(doc)
        now[0] = 6.0
        assert listening.may_act(doc)
        assert not listening.has_woken(doc)
        page.evaluate("document.querySelector('button').onclick = () => {}")
        assert listening.has_woken(doc)
        assert not listening.has_woken(doc)
    finally:
        page.close()
