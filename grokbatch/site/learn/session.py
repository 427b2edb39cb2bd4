"""A session in which a person shows, in a browser window, where the controls are; what was shown is kept."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from grokbatch.site.learn.element import Described  # noqa: TC001 - pydantic needs it
from grokbatch.site.learn.verify import proven
from grokbatch.site.learn.way import Pressed, Way, look_at
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
    """The session has ended: the person has finished it, or time is up; what was learned counts."""


@dataclass(frozen=True)
class Button:
    """A button of the bar, and the kind of event that it makes."""

    label: str
    kind: str


SKIP, FINISH = Button("Skip", "skip"), Button("Finish", "finish")


@dataclass(frozen=True)
class Step:
    """What the bar asks for. `holds` says which presses do not reach the page; `closed`: nothing can be sent.

    Where a box is asked for, what is pressed on the way to it is told, too.
    """

    control: Part
    text: str
    count: str = ""
    hint: str = ""
    holds: Literal["buttons", "all"] = "all"
    closed: bool = False
    buttons: tuple[Button, ...] = (SKIP, FINISH)


class Event(BaseModel):
    """What was noticed: a press, a box that was typed into, a percentage that moves, a video that came, an answer.

    A press that was held back has a `number`, and tells of the boxes and the `buttons` around them that the page had
    until then. A box has the `way` by which it came: the numbers of the presses that have brought it.
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
    """An element that a person has shown, and the ways to find it."""

    it: Described
    proofs: tuple[Alternative, ...]


class LearnSession:
    """One session on `page`, which must not have been opened yet; it ends after `seconds`.

    `tell` is given what the person has to know. `learned` holds what was learned so far, by control, `lacking` what was
    shown and could not be learned; `language` is that of the page.
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
        """Ask for `step` and return what was noticed first; None when nothing was for a while, or by its network.

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
        """From now on the page may ask for a video, which a person makes; until then nothing that does is sent."""
        self._network.gate.close()
        self._mark, self._stops = self._network.mark, 0
        self._may_send = True

    def _tell_stops(self) -> None:
        stopped = len(self.events.stopped)
        if stopped > self._stops:
            self.tell("    that would have started a video: it was stopped, and nothing is spent")
        self._stops = stopped

    def follow(self) -> None:
        """From now on, notice percentages that move, and videos that come."""
        self._isolated_world.call("follow")

    def repeat(self, at: tuple[float, float]) -> bool:
        """Press where the person has pressed, and return whether that went through.

        That press was held back until the element was looked at. Should something else be there by now, it is not
        pressed.
        """
        self._isolated_world.call("expect")
        try:
            self.page.mouse.click(*at)
        finally:
            went = self._isolated_world.call("repeated")
        return bool(went)

    @property
    def events(self) -> NetworkEvents:
        """What the page has asked for, and got, since the session began."""
        return self._network.since(self._mark, 0.0)

    @property
    def is_sent(self) -> bool:
        """Whether a video was asked for."""
        return self._may_send and bool(self.events.calls)

    @property
    def is_over(self) -> bool:
        """Whether the reply to that has ended."""
        calls = self.events.calls
        return bool(calls) and not any(call.is_in_flight for call in calls)

    def video_file(self) -> Described | None:
        """Return the video that the reply named, once it can be seen."""
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
        """Return the ways to find `it` that hold on the page as it is now."""
        if part == "prompt":
            return self._way.prompt(self.page, it)
        return self._way.submit(self.page, it) if part == "submit" else proven(self.page, part, it)

    def remember(self, press: Event) -> None:
        """Look at what is about to be pressed, while it is there: it may be a part of the way to the box."""
        if press.it is not None:
            self._presses[press.number] = look_at(self.page, press.it, press.boxes, press.buttons)

    def came_by(self, numbers: tuple[int, ...]) -> None:
        """Take down which presses have brought the box, before how that is found is asked for."""
        known = [self._presses[number] for number in numbers if number in self._presses]
        self._way = Way.of(known)

    def keep_box(self, proofs: tuple[Alternative, ...]) -> None:
        """Take down how to find the box for the prompt and, where it was brought, what has brought it."""
        for part, found in self._way.parts().items():
            self.keep(part, found)
        if self._way.problem:
            self._lack("opener", self._way.problem)
        self.keep("prompt", proofs)

    def keep_submit(self, shown: Shown) -> None:
        """Take down how to find the button; nothing that brings the composer is found in its place, or it in theirs."""
        self.keep("submit", shown.proofs)
        for part, found in self._way.parts(shown.it).items():
            if found != self.learned.get(part, ()):
                self.keep(part, found)

    def keep(self, part: Part, proofs: tuple[Alternative, ...], *, noticed: bool = False) -> None:
        """Take down how to find a part of the page, and say so."""
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
