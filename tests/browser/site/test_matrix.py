"""Every shape of the page with every trap: the right outcome, no second submit, and no wrong credit."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from grokbatch.demo.server import DemoSite
from grokbatch.demo.state.journal import PAID
from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.site.evidence.collector import Evidence
from grokbatch.video_maker import Orphan
from tests.browser.imagine_rig import RememberingListener, Rig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from grokbatch.record.model.outcome import Outcome

ASKED = "The lantern sways while the river freezes over"
LANGUAGES = ("en", "es", "pt", "tr", "vi", "zh", "ko")
ENDINGS = ("new_post", "same", "conversation", "late_conversation")
HASTE = {
    "ignored": 0.8,
    "disabled": 0.4,
    "human_check": 0.3,
    "stream": 0.4,
    "settle": 0.15,
    "restless": 1.0,
    "settle_orphan": 0.3,
    "reopen": 0.5,
}

TOASTS = ("moderated", "limit", "failed")


@dataclass(frozen=True)
class Trap:
    """What the site does, and what is to come of one or more videos there.

    `paid` is how many submits it takes; `trace` is what the journal calls the event that shows that it was met;
    `prompt` is what is asked for, where the trap lies in that.
    """

    scenario: dict[str, Any]
    outcomes: tuple[Category | None, ...] = (None,)
    paid: int = 1
    timeout: float = 15.0
    trace: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    prompt: str = ASKED


def script(kind: str, **more: Any) -> dict[str, Any]:
    return {"outcomes": {1: {"kind": kind, **more}}}


TRAPS: dict[str, Trap] = {
    "crowded": Trap({"earlier_videos": 3, "gallery": 4, "cookie_banner": True, "announcement": True}),
    "restless": Trap({"replace_nodes": True, "asset_delay": 0.4}),
    "question after a success": Trap({"preference_question": True}, (None, None), 2),
    "starts by itself": Trap({"auto_start": True}),
    "ignored click": Trap(script("ignored_click"), trace="ignored_click"),
    "stale page": Trap(script("stale_page"), trace="stale_page"),
    "moderated": Trap(script("moderated", at=33), (Category.CONTENT_MODERATED, None), 2),
    "stuck": Trap(script("stuck"), (Category.TIMEOUT,), timeout=1.0),
    "connection lost": Trap(script("network_error"), (Category.NETWORK_ERROR,)),
    "failed": Trap(script("generation_error"), (Category.GENERATION_ERROR,)),
    "page crashed": Trap(script("page_crash", seconds=1), (Category.BROWSER_CRASHED, None)),
    "limit as a toast": Trap({"quota": 0, "limit_style": "toast"}, (Category.RATE_LIMIT,), 0),
    "limit as a disabled button": Trap({"quota": 1, "limit_style": "disabled"}, (None, Category.RATE_LIMIT)),
    "limit as a status": Trap({"quota": 0, "limit_style": "http429"}, (Category.RATE_LIMIT,), 0),
    "illegal option": Trap(
        {"free_account": True}, (Category.GENERATION_ERROR,), 0, trace="illegal_option", options={"duration": "10"}
    ),
    "signed out": Trap({"signed_out_after": 1}, (None, Category.AUTH_REQUIRED)),
    "human check": Trap({"human_check": True}, (Category.HUMAN_CHECK,), 0),
    "opens for images": Trap({"opening_mode": "Image"}),
    "older names": Trap({"menu_label": "Animate", "submit_label": "Generate Video", "precise_edit": True}),
    "no entry for prompts": Trap({"add_prompt": False}, (Category.LAYOUT_CHANGED,), 0),
    "two composers": Trap({"edit_composer_stays": True, "tabs": True, "gallery": 4}, (None, None), 2),
    "two composers, and a button that comes with the text": Trap(
        {"edit_composer_stays": True, "opening_mode": "Image", "send_appears": True}, options={"duration": "10"}
    ),
    "opens on a video": Trap({"lands_on_newest": True, "earlier_videos": 2}, (None, None), 2),
    "opens for an agent": Trap({"opening_mode": "Agent"}),
    "a button that comes with the text": Trap({"send_appears": True, "enable_after": 1.0}),
    "a button that wakes up late": Trap({"enable_after": 3.0}),
    "the first entry vanishes": Trap({"forgets_first_entry": True}),
    "settings jump back": Trap({"resets_options": True}, (None, None), 2, options={"duration": "10"}),
    "ratios in a list": Trap({}, (None, None), 2, options={"aspect": "16:9", "resolution": "720p"}),
    "ratios in a menu": Trap({"ratio_entries": "menuitem"}, options={"aspect": "16:9"}),
    "a list made of the prompt": Trap({}, prompt="- the lantern sways\n- the river freezes over"),
    "emphasis made of the prompt": Trap({}, prompt="# The **lantern** sways while the *river* freezes"),
    "the address in attachments": Trap({"reply_shape": "attachments"}),
    "only ids in attachments": Trap({"reply_shape": "attachment_ids"}),
    "a reply in lines of data": Trap({"reply_shape": "data"}),
    "a reply that stays open": Trap({"reply_shape": "open"}),
    "a chat answer": Trap(script("chat_answer"), (Category.GENERATION_ERROR,), 0, trace="chat_answer"),
    "two requests, one refused": Trap({"second_request": "429"}),
    "two requests, one broken": Trap({"second_request": "fails"}),
    "unreadable replies": Trap({"unreadable_replies": True}, (None, None), 2),
    "sent by a worker": Trap({"sends_from": "worker"}, (None, None), 2),
    "sent by a service worker": Trap({"sends_from": "service_worker"}),
    "an old video that comes late": Trap({"late_old_tile": 1.0, "earlier_videos": 2, "unreadable_replies": True}),
    "other signs than typed": Trap({"changes_prompt": "signs"}, prompt='A lantern - "so still" - sways...'),
    "another prompt than typed": Trap({"changes_prompt": "another"}, (Category.LAYOUT_CHANGED,), 0),
    "another length than chosen": Trap(
        {"sends_other_length": True}, (Category.LAYOUT_CHANGED,), 0, options={"duration": "10"}
    ),
}
# Every era meets a limit, each in another style; test_imagine_page.py has all styles on one era.
ONLY = {
    "limit as a toast": "A",
    "limit as a disabled button": "B",
    "limit as a status": "C",
    "opens for images": "BCD",
    **dict.fromkeys([*TRAPS][[*TRAPS].index("older names") :], "D"),
}
CELLS = [
    (era, LANGUAGES[(row + 2 * column) % len(LANGUAGES)], trap)
    for column, era in enumerate("ABCD")
    for row, trap in enumerate(TRAPS)
    if era in ONLY.get(trap, "ABCD")
]


def is_quick(era: str, trap: str) -> bool:
    """Whether a cell is quick: on today's page two thirds of the traps of all eras and a quarter of its own."""
    place = [*TRAPS].index(trap)
    return era == "D" and (place % 4 == 0 if ONLY.get(trap) == "D" else place % 3 != 2)


class Grounds:
    """One site and one browser page on which cell after cell is tried."""

    def __init__(self, rig: Rig, site: DemoSite, control: httpx.Client) -> None:
        self.rig = rig
        self.site = site
        self.control = control

    def become(self, **scenario: Any) -> None:
        """Make the site another one, and begin on a post of its own."""
        calm = {"generation": 0.3, "hydrate": 0.05, "earlier_videos": 1}
        self.control.put("scenario", content=json.dumps(calm | scenario)).raise_for_status()
        self.control.post("reset").raise_for_status()
        self.rig.cookies[:] = self.site.session_cookies()
        for opened in self.rig.opened[-1:]:
            opened.renew(self.rig.cookies)
        self.rig.address = f"{self.site.origin}/imagine/post/{uuid.uuid4()}"
        self.rig.listener = RememberingListener()

    def make(self, trap: Trap) -> list[Outcome]:
        """Make the trap's videos; one of which nobody saw the end is looked for first, as a run does it."""
        outcomes: list[Outcome] = []
        orphan = None
        for _ in trap.outcomes:
            outcomes.append(self.rig.make(timeout=trap.timeout, prompt=trap.prompt, orphan=orphan, **trap.options))
            told = self.rig.listener
            is_lost = outcomes[-1].category is Category.BROWSER_CRASHED
            names = told.names[-1] if told.names else frozenset()
            orphan = Orphan(told.submits[-1], frozenset(), names) if is_lost else None
        return outcomes

    def events(self) -> set[str]:
        """Return the names of everything that happened on the site."""
        return {str(entry[key]) for entry in self.site.journal() for key in ("event", "outcome")}

    def submits(self) -> list[str]:
        """Return the site's ids of all videos that were paid for, in the order of their submits."""
        return [entry["video"] for entry in self.site.journal() if entry["event"] in PAID]

    def edits(self) -> int:
        """Return how often something else than a video was asked for."""
        return sum(entry["event"] in {"edit", "image"} for entry in self.site.journal())


@pytest.fixture(scope="module")
def grounds(demo_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    with DemoSite() as site, httpx.Client(base_url=f"{site.origin}/__control__/") as control:
        folder = tmp_path_factory.mktemp("matrix")
        rig = Rig(demo_browser, folder, site.origin, [], **HASTE)
        rig.maker.serve(Evidence(RunDirectory(folder), keep="never"))
        yield Grounds(rig, site, control)
        rig.maker.close()


@pytest.mark.parametrize(
    ("era", "language", "trap"),
    [pytest.param(*cell, marks=() if is_quick(cell[0], cell[2]) else pytest.mark.slow) for cell in CELLS],
)
def test_each_shape_of_the_page_with_each_trap(grounds: Grounds, era: str, language: str, trap: str) -> None:
    """The outcome is the right one; the journal knows of no submit too many, and of whose video it was."""
    row = [*TRAPS].index(trap)
    said = TRAPS[trap].scenario
    old = {"old_toast": TOASTS[(row + ord(era)) % 3]} if trap in ("crowded", "moderated") else {}
    url = {"url_after": ENDINGS[(row + ord(era)) % 4]}
    grounds.become(era=era, language=language, **url, **old, **said)
    outcomes = grounds.make(TRAPS[trap])
    assert [outcome.category for outcome in outcomes] == [*TRAPS[trap].outcomes]
    assert TRAPS[trap].trace in {"", *grounds.events()}
    submits = grounds.submits()
    assert (len(submits), grounds.edits()) == (TRAPS[trap].paid, 0)
    made = [outcome.video.video_id for outcome in outcomes if outcome.video]
    assert made == [video for video in submits if video in made]
    assert len({*made}) == len([outcome for outcome in outcomes if outcome.category is None])


def test_the_matrix_is_whole() -> None:
    """Each era meets each outcome, each trap but those of a few eras, and each language."""
    everywhere = [trap for name, trap in TRAPS.items() if ONLY.get(name) != "D"]
    outcomes = {outcome for trap in everywhere for outcome in trap.outcomes}
    for era in "ABCD":
        traps = {trap for e, _, trap in CELLS if e == era}
        assert traps >= TRAPS.keys() - ONLY
        assert {outcome for trap in traps for outcome in TRAPS[trap].outcomes} >= outcomes - {Category.RATE_LIMIT}
        assert {language for e, language, _ in CELLS if e == era} == {*LANGUAGES}
    assert {outcome for _, _, trap in CELLS for outcome in TRAPS[trap].outcomes} >= outcomes
    assert {trap for _, _, trap in CELLS} == TRAPS.keys()
