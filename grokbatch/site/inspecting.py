"""Looks at a page for people: which controls are there and what found them, and whether a clip plays."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.site.watch import ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

    from grokbatch.site.locators import Alternative, ControlName, LocatorTable

_PLAY = """(address) => new Promise((resolve) => {
  const video = document.createElement("video");
  video.muted = true;
  video.onerror = () => resolve({ problem: video.error.message || `error ${video.error.code}` });
  video.ontimeupdate = () => video.currentTime > 0 && resolve({ problem: "" });
  video.src = address;
  document.documentElement.append(video);
  video.play().catch((error) => resolve({ problem: error.message }));
})"""
_PLAY_MILLISECONDS = 15_000

NEEDED: tuple[ControlName, ...] = ("prompt", "submit")
"""What no video can be made without."""

_MAKING, _RESULT, _MENU = "it shows while a video is made", "it shows once there is a video", "it stands in a menu"
_DIALOG, _SAYS = "it shows in a dialog", "it shows when the site says something"
_WHEN: dict[ControlName, str] = {
    "opener": "a page whose composer is there from the beginning needs none",
    "opener_item": _MENU,
    "source_image": "it shows beside a video that was made from the image",
    "edit": "it shows while the composer edits the image",
    "redo": "it takes the submit button's place once there is a video",
    "progress": _MAKING,
    "generating": _MAKING,
    "cancel": _MAKING,
    "loading_tiles": _MAKING,
    "player": _RESULT,
    "thumbnails": _RESULT,
    "download": _RESULT,
    "more": _RESULT,
    "hd_badge": "it shows once a video was upscaled",
    "moderated_tiles": "it shows once a video was moderated",
    "duration": _MENU,
    "resolution": _MENU,
    "aspect": _MENU,
    "preset": _MENU,
    "upscale": _MENU,
    "delete": _MENU,
    "confirm": _DIALOG,
    "dialogs": _DIALOG,
    "notices": _SAYS,
    "error_notices": _SAYS,
    "login": "it shows to whom is signed out",
    "human_check": "it shows when the site asks for it",
}


@dataclass(frozen=True)
class FoundControl:
    """A control of the table, and the alternative that found it; `place` counts from 1, 0: not on the page.

    `count` is how many elements can be seen that it matches.
    """

    name: ControlName
    place: int = 0
    alternative: Alternative | None = None
    count: int = 0

    def __str__(self) -> str:
        """What found it: `alternative 2 (role=button name=/^redo$/)`."""
        return f"alternative {self.place} ({self.alternative})" if self.place else "not on the page"


def find_controls(page: Page, table: LocatorTable) -> tuple[FoundControl, ...]:
    """Look for each control of the table; the first alternative that matches something visible counts."""
    return tuple(_find(page, name, alternatives) for name, alternatives in table.controls.items())


def _find(page: Page, name: ControlName, alternatives: tuple[Alternative, ...]) -> FoundControl:
    for place, alternative in enumerate(alternatives, start=1):
        if count := alternative.locate(page).filter(visible=True).count():
            return FoundControl(name, place, alternative, count)
    return FoundControl(name)


def needed_missing(found: Iterable[FoundControl]) -> list[ControlName]:
    """Return those controls that no video can be made without and that were not found.

    A post that has a video already may offer to make another one in place of the first button.
    """
    there = {control.name for control in found if control.place}
    if "redo" in there:
        there.add("submit")
    return [name for name in NEEDED if name not in there]


def when_absent(name: ControlName) -> str:
    """Say in which state of the page a control shows; empty if it should always be there."""
    return "" if name in NEEDED else f"not now: {_WHEN.get(name, 'not every page has it')}"


def playing_problem(page: Page, clip: bytes) -> str:
    """Play the MP4 `clip` in `page` and return why that does not work, or nothing; raises PageGoneError."""
    address = "data:video/mp4;base64," + base64.b64encode(clip).decode("ascii")
    problem: str = ask(page, _PLAY, address, _PLAY_MILLISECONDS)["problem"]
    return problem
