"""A session in which a person shows, in a browser window, where the controls are, and what was learned from that."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from grokbatch.site.learn.element import Described  # noqa: TC001 - pydantic needs it
from grokbatch.site.learn.verify import proven
from grokbatch.site.learn.way import Pressed, Way, examine
from grokbatch.site.network.listener import NetworkListener
from grokbatch.site.page.isolated_world import IsolatedWorld
from grokbatch.site.page.scripts import finder, script

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request

    from grokbatch.site.learn.candidates import Part
    from grokbatch.site.locators.table import Alternative, LocatorTable
    from grokbatch.site.network.listener import NetworkEvents

_SCRIPTS = "grokbatch.site.learn"
_LOOK_SECONDS = 1.0


class LearnSessionOverError(Exception):
    """The session has ended: the person finished it, or its time is over; what was learned is kept."""


@dataclass(frozen=True)
class Button:
    """A button of the bar, and the kind of event that it causes."""

    label: str
    kind: str


SKIP, FINISH = Button("Skip", "skip"), Button("Finish", "finish")


@dataclass(frozen=True)
class Step:
    """What the bar in the page asks for.

    `holds` says which presses are kept from the page; `closed`: the page cannot send anything. While a box is asked
    for, presses on the way to it are reported, too.
    """

    control: Part
    text: str
    count: str = ""
    hint: str = ""
    holds: Literal["buttons", "all"] = "all"
    closed: bool = False
    buttons: tuple[Button, ...] = (SKIP, FINISH)


class Event(BaseModel):
    """What was noticed: a press, typing into a box, a changing percentage, a new video, or a button of the bar.

    A press that was kept from the page has a `number`, and the `boxes` and `buttons` that the page had before it. A
    box has the `way` to it: the numbers of the presses that led to it.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["press", "typed", "percent", "video", "skip", "finish", "yes", "no"]
    it: Described | None = None
    at: tuple[float, float] = (0.0, 0.0)
    address: str = ""
    number: int = -1
    boxes: tuple[Described, ...] = ()
    buttons: tuple[Described, ...] = ()
    way: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    """An element that a person showed, and the proven ways to find it."""

    it: Described
    proofs: tuple[Alternative, ...]


class LearnSession:
    """One session on `page`, which must not have been opened yet; it ends after `seconds`.

    `tell` shows a line to the person. `learned` holds what was learned so far, by control; `lacking` says what was
    shown and could not be learned; `language` is the page's.
    """

    def __init__(
        self,
        page: Page,
        table: LocatorTable,
        tell: Callable[[str], None],
        seconds: float = 900.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.page = page
        self.tell = tell
        self.clock = clock
        self.learned: dict[Part, tuple[Alternative, ...]] = {}
        self.lacking: list[Part] = []
        self.language = ""
        self.downloads = 0
        self._table = table
        self._deadline = clock() + seconds
        self._network = NetworkListener(page, table)
        self._mark = self._network.mark
        self._may_send = False
        self._stops = 0
        self._told = ""
        self._presses: dict[int, Pressed] = {}
        self._way = Way()
        parts = ", ".join((finder(), *(script(name, _SCRIPTS) for name in ("bar.js", "described.js", "presses.js"))))
        self._isolated_world = IsolatedWorld(page, f"({script('learn.js', _SCRIPTS)})({parts})")
        for event in ("request", "requestfinished", "requestfailed"):
            page.on(event, self._note_request)
        page.on("download", lambda _: self._note_download())

    # --- what happens

    def next(self, step: Step) -> Event | None:
        """Ask for `step` and return the first event; None after a while without one, or when a request changed.

        Raises LearnSessionOverError and PageGoneError.
        """
        self._tell_stops()
        asked = " ".join(filter(None, (step.count, step.text)))
        self._isolated_world.call("show", asdict(step))
        if asked != self._told:
            self._told = asked
            self.tell(asked)
        left = self._deadline - self.clock()
        if left <= 0:
            raise LearnSessionOverError("time is up")
        noticed = self._isolated_world.call("next", asdict(step), 1000 * min(left, _LOOK_SECONDS))
        event = None if noticed is None else Event.model_validate(noticed)
        if event is not None and event.kind == "finish":
            raise LearnSessionOverError("finished")
        return event

    def let_send(self) -> None:
        """Let the page request a video, which the person makes, from now on; before, such requests are stopped."""
        self._network.gate.close()
        self._mark, self._stops = self._network.mark, 0
        self._may_send = True

    def _tell_stops(self) -> None:
        stopped = len(self.events.stopped)
        if stopped > self._stops:
            self.tell("    that would have started a video: it was stopped, and nothing is spent")
        self._stops = stopped

    def follow(self) -> None:
        """Report changing percentages and new videos from now on."""
        self._isolated_world.call("follow")

    def repeat(self, at: tuple[float, float]) -> bool:
        """Press where the person pressed, and return whether the press reached the page.

        The person's press was kept from the page until the element was examined. If another element is there by now,
        nothing is pressed.
        """
        self._isolated_world.call("expect")
        try:
            self.page.mouse.click(*at)
        finally:
            went = self._isolated_world.call("repeated")
        return bool(went)

    @property
    def events(self) -> NetworkEvents:
        """The page's requests and replies since the session began."""
        return self._network.since(self._mark, 0.0)

    @property
    def is_sent(self) -> bool:
        """Whether the page requested a video."""
        return self._may_send and bool(self.events.calls)

    @property
    def is_over(self) -> bool:
        """Whether the reply to the request for a video has ended."""
        calls = self.events.calls
        return bool(calls) and not any(call.is_in_flight for call in calls)

    def video_file(self) -> Described | None:
        """Return the video that the reply named, None until the page shows it."""
        ids = frozenset[str]().union(*(call.facts.ids for call in self.events.calls))
        if not ids:
            return None
        video_files = [Event.model_validate({"kind": "video", **told}) for told in self._isolated_world.call("videos")]
        return next((video_file.it for video_file in video_files if self._id_of(video_file.address) in ids), None)

    def _id_of(self, address: str) -> str | None:
        parts = urlsplit(address)
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        found = (re.search(pattern, where) for pattern in self._table.paths["video_id"])
        return next((each[1] for each in found if each), None)

    # --- what is learned

    def proofs(self, part: Part, it: Described) -> tuple[Alternative, ...]:
        """Return the ways to find `it` that work on the page as it is now."""
        if part == "prompt":
            return self._way.prompt(self.page, it)
        return self._way.submit(self.page, it) if part == "submit" else proven(self.page, part, it)

    def remember(self, press: Event) -> None:
        """Examine an element before it is pressed and perhaps disappears: it may be a part of the way to the box."""
        if press.it is not None:
            self._presses[press.number] = examine(self.page, press.it, press.boxes, press.buttons)

    def came_by(self, numbers: tuple[int, ...]) -> None:
        """Record which presses led to the box; to be called before the ways to find the box are derived."""
        known = [self._presses[number] for number in numbers if number in self._presses]
        self._way = Way.of(known)

    def keep_box(self, proofs: tuple[Alternative, ...]) -> None:
        """Keep the ways to find the prompt's box and, if it had to be opened, the controls that open it."""
        for part, found in self._way.parts().items():
            self.keep(part, found)
        if self._way.problem:
            self._lack("opener", self._way.problem)
        self.keep("prompt", proofs)

    def keep_submit(self, shown: Shown) -> None:
        """Keep the ways to find the submit button; none of them may match a control that opens the composer."""
        self.keep("submit", shown.proofs)
        for part, found in self._way.parts(shown.it).items():
            if found != self.learned.get(part, ()):
                self.keep(part, found)

    def keep(self, part: Part, proofs: tuple[Alternative, ...], *, noticed: bool = False) -> None:
        """Keep the ways to find a part of the page, and tell the person so."""
        if not proofs:
            self.learned.pop(part, None)
            self._lack(part, "nothing tells it apart from the rest of the page")
            return
        self.learned[part] = proofs
        self.lacking = [each for each in self.lacking if each != part]
        by_itself = "noticed by itself: " if noticed else ""
        alone = "only beside what is there for videos" if proofs[0].any_use else "and nothing else"
        self.tell(f"    {part}: {by_itself}{proofs[0]} (finds it, {alone})")

    def _lack(self, part: Part, why: str) -> None:
        self.lacking.append(part)
        self.tell(f"    {part}: {why}; it was not learned")

    # --- the page's network

    def _note_request(self, request: Request) -> None:
        if self._table.has_path("generation", urlsplit(request.url).path):
            self._isolated_world.wake()

    def _note_download(self) -> None:
        self.downloads += 1
        self._isolated_world.wake()
