"""Options are chosen on the page before every submit, in whatever shape the page offers them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import EXAMPLE_POST, DemoSite
from grokbatch.record.model.outcome import Category
from tests.browser.imagine_rig import Rig
from tests.browser.odd_site import OddSite, Reply
from tests.quick import one_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from grokbatch.record.model.outcome import Outcome

PAGE = Path(__file__).with_name("choices_page.html").read_text(encoding="utf-8")
QUICK = Reply(steps=(1,), pause=0.02)
# A second of waiting for what will not come is enough here.
WORKERS_TIMEOUT = {"choices": 0.4, "settle": 0.1, "deaf": 1.0}


@dataclass(frozen=True)
class Shop:
    """A page with options, and what its site was asked for."""

    rig: Rig
    site: OddSite

    def make(self, **options: Any) -> Outcome:
        return self.rig.make(timeout=5, **options)

    def asked(self) -> list[dict[str, Any]]:
        return [{key: each[key] for key in each if key not in {"message", "clicks"}} for each in self.site.submits]

    def clicks(self) -> list[int]:
        """Return how often a choice had been clicked when each submit was made."""
        return [each["clicks"] for each in self.site.submits]


@pytest.fixture
def on_page(demo_browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    shops: list[Shop] = []

    def begin(*, timeouts: dict[str, float] | None = None, **odd: Any) -> Shop:
        site = OddSite(page=PAGE, reply=QUICK, **odd)
        site.__enter__()
        shops.append(Shop(Rig(demo_browser, tmp_path, site.address, [], **WORKERS_TIMEOUT | (timeouts or {})), site))
        return shops[-1]

    yield begin
    for shop in shops:
        shop.rig.maker.close()
        shop.site.__exit__(None, None, None)


SHAPES: dict[str, dict[str, Any]] = {
    "radio buttons": {"shape": "radios", "words": {"10s": "10 sec", "720p": "720p HD"}},
    "radio buttons that show nothing": {"shape": "stateless"},
    "tabs": {"shape": "tabs"},
    "a menu that closes on each choice": {"shape": "menu", "closes": True},
    "a menu that ignores Escape": {"shape": "menu", "deaf": True},
    "a menu of menus": {"shape": "submenus"},
    "a dialog of toggles": {"shape": "popover"},
    "drop-down buttons": {"shape": "dropdowns", "closes": True},
    "native lists": {"shape": "select"},
    "hidden native radio buttons": {"shape": "inputs"},
    "buttons that go on to the next": {"shape": "cycle"},
}


@pytest.mark.parametrize("shape", one_in(3, SHAPES))
def test_every_submit_carries_what_was_asked_for(on_page: Callable[..., Shop], shape: str) -> None:
    """Also the second one, though the page has forgotten all after the first; a look-alike stays untouched."""
    shop = on_page(resets=True, **SHAPES[shape])
    outcomes = [shop.make(duration="10", resolution="720p"), shop.make(duration="10", resolution="720p")]
    assert [outcome.category for outcome in outcomes] == [None, None], outcomes[0].message
    assert shop.asked() == [{"duration": "10s", "resolution": "720p"}] * 2
    assert shop.rig.page.title() == "Imagine"


def test_what_one_video_asks_for_is_not_left_to_the_next(on_page: Callable[..., Shop]) -> None:
    """A video that says nothing gets what the page has by itself; one that asks for the same needs no new page."""
    shop = on_page(shape="radios")
    for options in ({}, {"duration": "10"}, {"duration": "10", "resolution": "720p"}, {}):
        assert shop.make(**options).category is None
    own = shop.asked()[0]
    assert shop.asked() == [own, own | {"duration": "10s"}, {"duration": "10s", "resolution": "720p"}, own]
    assert shop.site.opened == 2


def test_max_presets_and_shapes_are_set_and_then_left_alone(on_page: Callable[..., Shop]) -> None:
    """Max is the greatest that can be chosen; presets go by any name, a shape by its ratio; none is clicked twice."""
    shop = on_page(shape="menu", presets=["Normal", "Fun", "Très chic"], aspects=["2:3", "16:9 Landscape"], off=["15s"])
    wishes = {"duration": "max", "resolution": "max", "preset": "très CHIC", "aspect": "16:9"}
    assert [shop.make(**wishes).category for _ in range(2)] == [None, None]
    expected = {"duration": "10s", "resolution": "720p", "preset": "Très chic", "aspect": "16:9 Landscape"}
    assert shop.asked() == [expected] * 2
    assert shop.clicks() == [4, 4]


@pytest.mark.parametrize("mode_shape", ["radios", "stateless", "tabs", "menu"])
def test_a_page_in_image_mode_is_set_to_video_first(on_page: Callable[..., Shop], mode_shape: str) -> None:
    """Also without any option asked for: a submit would make an image. The options only show in Video mode."""
    shop = on_page(modes=["Image", "Video", "Agent"], mode_shape=mode_shape, resets=True)
    assert shop.make().category is None
    assert shop.make(duration="15").category is None
    assert [each["mode"] for each in shop.asked()] == ["Video", "Video"]
    assert shop.asked()[1]["duration"] == "15s"


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], Category, str]] = {
    "a value that is not offered": (
        {"durations": ["6s", "10s"]},
        {"duration": "15"},
        Category.LAYOUT_CHANGED,
        'the page offers 6s, 10s for duration, not 15; edit "duration" in the batch',
    ),
    "no options at all": (
        {"shape": "none"},
        {"resolution": "720p"},
        Category.LAYOUT_CHANGED,
        'the control "resolution" was not found on the page',
    ),
    "a preset that is not there": (
        {"shape": "menu", "presets": ["Normal", "Fun"]},
        {"preset": "Spicy"},
        Category.LAYOUT_CHANGED,
        "the page offers Normal, Fun for preset, not Spicy",
    ),
    "a choice that is greyed out": (
        {"off": ["720p"]},
        {"resolution": "720p"},
        Category.GENERATION_ERROR,
        "the page does not let resolution: 720p be chosen now",
    ),
    "one option undoes another": (
        {"undoes": "resolution"},
        {"duration": "10", "resolution": "720p"},
        Category.LAYOUT_CHANGED,
        "the page does not keep",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_is_submitted_with_other_options(on_page: Callable[..., Shop], case: str) -> None:
    """What cannot be had is named, with what there is instead."""
    odd, wishes, category, told = REFUSED[case]
    shop = on_page(**odd)
    outcome = shop.make(**wishes)
    assert (outcome.category, shop.asked()) == (category, [])
    assert told in outcome.message
    assert bool(outcome.degraded) is (category is Category.GENERATION_ERROR)


def test_a_page_that_listens_before_it_reacts_is_given_time(on_page: Callable[..., Shop]) -> None:
    """Its controls have listeners from the first moment on, which do nothing until its scripts have loaded."""
    shop = on_page(timeouts={"deaf": 60.0}, deaf_for=5000, modes=["Image", "Video"])
    outcome = shop.make(duration="10")
    assert outcome.category is None, outcome.message
    assert shop.asked()[0]["duration"] == "10s"


def test_a_page_without_shapes_is_passed_over(on_page: Callable[..., Shop]) -> None:
    """The aspect is a wish: where the page does not offer it, the video is made all the same, and is not degraded."""
    shop = on_page(shape="menu", closes=True)
    outcome = shop.make(duration="10", aspect="16:9")
    assert outcome.category is None
    assert "aspect" not in outcome.degraded
    assert "16:9" not in outcome.degraded
    assert shop.asked()[0]["duration"] == "10s"


def test_less_than_was_chosen_is_told(on_page: Callable[..., Shop]) -> None:
    """The site took the wish and made less of it: the outcome says so; without a wish nothing is missing."""
    shop = on_page()
    assert shop.make().degraded == ""
    told = shop.make(duration="max", resolution="max").degraded
    assert told == "asked for 720p, got 480p (400x736); asked for 15 s, got 2 s"


ERAS: dict[str, tuple[dict[str, Any], dict[str, object]]] = {
    "A": ({"duration": "10", "resolution": "720p", "preset": "fun"}, {"preset": "fun"}),
    "B": ({"duration": "10", "resolution": "max"}, {}),
    "C": ({"duration": "10", "resolution": "720p", "preset": "Fun", "aspect": "1:1"}, {"preset": "fun"}),
}


@pytest.mark.parametrize(
    "era", [pytest.param("A", marks=pytest.mark.slow), "B", pytest.param("C", marks=pytest.mark.slow)]
)
def test_each_era_of_the_built_in_site_delivers_what_was_asked_for(
    demo_browser: Browser, tmp_path: Path, era: str
) -> None:
    """Videos in a row on a site that forgets its options after each success; the third, of one era, gets less."""
    wishes, also = ERAS[era]
    expected = ["", "", "asked for 720p, got 480p "][: 3 if era == "B" else 2]
    fields = {"generation": 0.3, "hydrate": 0.1, "era": era, "resets_options": True, "lowers_resolution_after": 2}
    with DemoSite(Scenario.model_validate(fields)) as site:
        rig = Rig(demo_browser, tmp_path, site.origin + EXAMPLE_POST, site.session_cookies(), **WORKERS_TIMEOUT)
        outcomes = [rig.make(**wishes) for _ in expected]
        submits = [entry["options"] for entry in site.journal() if entry["event"] == "submit"]
        rig.maker.close()
    asked = {"videoLength": 10, "resolutionName": "720p"} | also
    assert [asked.items() <= options.items() for options in submits] == [True] * len(expected)
    assert [outcome.degraded[:25] for outcome in outcomes] == expected
