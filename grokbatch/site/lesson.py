"""A lesson: a person shows in a window where things are; what is shown is told apart from all else, and kept."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from grokbatch.site.described import Described  # noqa: TC001 - pydantic needs it
from grokbatch.site.network import NetworkEar
from grokbatch.site.proving import proven
from grokbatch.site.scripts import finder, script
from grokbatch.site.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request

    from grokbatch.site.deriving import Part
    from grokbatch.site.locators import Alternative, LocatorTable
    from grokbatch.site.network import Heard

_LOOK_SECONDS = 1.0


class LessonOverError(Exception):
    """The lesson has ended: the person has finished it, or time is up; what was learned counts."""


@dataclass(frozen=True)
class Button:
    """A button of the bar, and the kind of event that it makes."""

    label: str
    kind: str


SKIP, FINISH = Button("Skip", "skip"), Button("Finish", "finish")


@dataclass(frozen=True)
class Step:
    """What the bar asks for. `holds` says which presses do not reach the page; `closed`: nothing can be sent."""

    control: Part
    text: str
    count: str = ""
    hint: str = ""
    holds: Literal["nothing", "buttons", "all"] = "all"
    closed: bool = False
    buttons: tuple[Button, ...] = (SKIP, FINISH)


class Event(BaseModel):
    """What was noticed: a press, a box that was typed into, a percentage that moves, a video that came, an answer."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["press", "typed", "percent", "video", "skip", "finish", "yes", "no"]
    it: Described | None = None
    at: tuple[float, float] = (0.0, 0.0)
    address: str = ""


class Lesson:
    """One lesson on `page`, which must not have been opened yet; it ends after `seconds`.

    `tell` is given what the person has to know. `learned` holds what was learned so far, by control; `language` is
    that of the page.
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
        self.language = ""
        self.downloads = 0
        self._table = table
        self._deadline = clock() + seconds
        self._ear = NetworkEar(page, table)
        self._mark = self._ear.mark
        self._told = ""
        self._world = World(page, f"({script('learn.js')})({finder()}, {script('bar.js')})")
        for event in ("request", "requestfinished", "requestfailed"):
            page.on(event, self._note_request)
        page.on("download", lambda _: self._note_download())

    # --- what happens

    def next(self, step: Step) -> Event | None:
        """Ask for `step` and return what was noticed first; None when nothing was for a while, or by its network.

        Raises LessonOverError and PageGoneError.
        """
        asked = " ".join(filter(None, (step.count, step.text)))
        self._world.call("show", asdict(step))
        if asked != self._told:
            self._told = asked
            self.tell(asked)
        left = self._deadline - self.clock()
        if left <= 0:
            raise LessonOverError("time is up")
        noticed = self._world.call("next", asdict(step), 1000 * min(left, _LOOK_SECONDS))
        event = None if noticed is None else Event.model_validate(noticed)
        if event is not None and event.kind == "finish":
            raise LessonOverError("finished")
        return event

    def follow(self) -> None:
        """From now on, notice percentages that move, and videos that come."""
        self._world.call("follow")

    def repeat(self, at: tuple[float, float]) -> None:
        """Press where the person has pressed: that press was held back until the element was looked at."""
        self._world.call("letThrough", True)
        try:
            self.page.mouse.click(*at)
        finally:
            self._world.call("letThrough", False)

    @property
    def heard(self) -> Heard:
        """What the page has asked for, and got, since the lesson began."""
        return self._ear.since(self._mark, 0.0)

    @property
    def is_sent(self) -> bool:
        """Whether a video was asked for."""
        return bool(self.heard.calls)

    @property
    def is_over(self) -> bool:
        """Whether the reply to that has ended."""
        calls = self.heard.calls
        return bool(calls) and not any(call.is_in_flight for call in calls)

    def film(self) -> Described | None:
        """Return the video that the reply named, once it can be seen."""
        ids = frozenset[str]().union(*(call.facts.ids for call in self.heard.calls))
        if not ids:
            return None
        films = [Event.model_validate({"kind": "video", **told}) for told in self._world.call("films")]
        return next((film.it for film in films if self._id_of(film.address) in ids), None)

    def _id_of(self, address: str) -> str | None:
        parts = urlsplit(address)
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        found = (re.search(pattern, where) for pattern in self._table.paths["video_id"])
        return next((each[1] for each in found if each), None)

    # --- what is learned

    def proofs(self, part: Part, it: Described) -> tuple[Alternative, ...]:
        """Return the ways to find `it` that hold on the page as it is now."""
        return proven(self.page, part, it)

    def keep(self, part: Part, proofs: tuple[Alternative, ...], *, noticed: bool = False) -> None:
        """Take down how to find a part of the page, and say so."""
        if not proofs:
            self.tell(f"    {part}: nothing tells it apart from the rest of the page; it was not learned")
            return
        self.learned[part] = proofs
        by_itself = "noticed by itself: " if noticed else ""
        self.tell(f"    {part}: {by_itself}{proofs[0]} (finds it, and nothing else)")

    # --- the page's network

    def _note_request(self, request: Request) -> None:
        if self._table.has_path("generation", urlsplit(request.url).path):
            self._world.wake()

    def _note_download(self) -> None:
        self.downloads += 1
        self._world.wake()
