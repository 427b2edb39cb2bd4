"""Looks at a page for people: which controls are there and what found them, and whether a clip plays."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.site.watch import ask

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class FoundControl:
    """A control of the table, and the alternative that found it; `place` counts from 1, 0: not on the page."""

    name: ControlName
    place: int = 0
    alternative: Alternative | None = None

    def __str__(self) -> str:
        """What found it: `alternative 2 (role=button name=/^redo$/)`."""
        return f"alternative {self.place} ({self.alternative})" if self.place else "not on the page"


def find_controls(page: Page, table: LocatorTable) -> tuple[FoundControl, ...]:
    """Look for each control of the table; the first alternative that matches something visible counts."""
    return tuple(_find(page, name, alternatives) for name, alternatives in table.controls.items())


def _find(page: Page, name: ControlName, alternatives: tuple[Alternative, ...]) -> FoundControl:
    for place, alternative in enumerate(alternatives, start=1):
        if alternative.locate(page).filter(visible=True).count():
            return FoundControl(name, place, alternative)
    return FoundControl(name)


def playing_problem(page: Page, clip: bytes) -> str:
    """Play the MP4 `clip` in `page` and return why that does not work, or nothing; raises PageGoneError."""
    address = "data:video/mp4;base64," + base64.b64encode(clip).decode("ascii")
    problem: str = ask(page, _PLAY, address, _PLAY_MILLISECONDS)["problem"]
    return problem
