"""Inspects a page for people: which controls are there, which locator found them, and whether a clip plays."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grokbatch.site.page.watcher import ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

    from grokbatch.site.locators.table import Alternative, ControlName, LocatorTable
    from grokbatch.site.outcome.failures import Failure
    from grokbatch.site.page.observation import Observation

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
"""The controls that every video needs."""

WAY: tuple[ControlName, ...] = ("opener", "opener_item")
"""The controls that open the composer on a page where it is not there from the beginning."""

_LEAD_TO_COMPOSER = (*WAY, "mode")
_EARLY: tuple[ControlName, ...] = (*WAY, "edit")
_OF_COMPOSER: tuple[ControlName, ...] = ("prompt", "submit", "redo")
_BEFORE, _IN_MENU = "before the composer was opened", "in the menu"
_OTHER = "in a composer that is not proven to be for videos"
_MAKING, _RESULT, _MENU = "it shows while a video is made", "it shows once there is a video", "it is in a menu"
_DIALOG, _SAYS = "it shows in a dialog", "it shows when the site says something"
_WHEN: dict[ControlName, str] = {
    "opener": "a page whose composer is there from the beginning needs none",
    "opener_item": _MENU,
    "source_image": "it shows beside a video that was made from the image",
    "edit": "it shows while the composer edits the image",
    "prompt": "it shows once the composer is there",
    "submit": "it shows once there is text",
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
    "login": "it shows when nobody is signed in",
    "human_check": "it shows when the site asks for it",
}


@dataclass(frozen=True)
class FoundControl:
    """A control of the table, and the alternative that found it.

    `number` is the alternative's number from 1, 0 if the control is not on the page. `count` is how many visible
    elements it matches; `when` says when the control was there if it is not there at the end.
    """

    name: ControlName
    number: int = 0
    alternative: Alternative | None = None
    count: int = 0
    when: str = ""

    def __str__(self) -> str:
        """Name the alternative, as in `alternative 2 (role=button name=/^redo$/)`."""
        return f"alternative {self.number} ({self.alternative})" if self.number else "not on the page"


def find_controls(page: Page, table: LocatorTable) -> tuple[FoundControl, ...]:
    """Look for each control of the table; the first alternative that matches a visible element counts."""
    return tuple(find_control(page, table, name) for name in table.controls)


def find_control(page: Page, table: LocatorTable, name: ControlName) -> FoundControl:
    """Look for one control of the table."""
    for number, alternative in enumerate(table.controls[name], start=1):
        if count := alternative.locate(page).filter(visible=True).count():
            return FoundControl(name, number, alternative, count)
    return FoundControl(name)


def before_or_after(
    before: Iterable[FoundControl], entry: FoundControl | None, after: Iterable[FoundControl]
) -> tuple[FoundControl, ...]:
    """Return each control as it was found `before` the composer was opened, or `after` that.

    The controls that open the composer, and those that it replaced, were there before; `entry` was in the menu.
    """
    earlier = {each.name: each for each in before if each.number}
    if entry is not None:
        earlier["opener_item"] = entry
    return tuple(_at_its_time(each, earlier.get(each.name)) for each in after)


def _at_its_time(now: FoundControl, earlier: FoundControl | None) -> FoundControl:
    # A box and buttons that were there before belong to another composer.
    if earlier is None or now.name in _OF_COMPOSER or (now.number and now.name not in _EARLY):
        return now
    return replace(earlier, when=_IN_MENU if now.name == "opener_item" else _BEFORE)


def as_used(
    controls: Iterable[FoundControl], seen: Observation, table: LocatorTable, *, is_usable: bool = True
) -> tuple[FoundControl, ...]:
    """Return `controls` with the box and the button that a run would use, instead of the first match of each.

    Some pages have more of them: to edit the image, or on the cards of other people's images. If the composer is not
    `is_usable`, there is no button for videos, whatever the one beside the box is called.
    """
    used: dict[ControlName, int] = dict.fromkeys(_OF_COMPOSER, -1)
    if seen.prompt is not None:
        used["prompt"] = seen.prompt.index
        if seen.submit is not None and is_usable:
            used[seen.submit.control] = seen.submit.index
    there = [_used(each, used[each.name], table) if each.name in used else each for each in controls]
    other = "" if is_usable else _OTHER
    return tuple(replace(each, when=other) if each.name == "prompt" and each.number else each for each in there)


def _used(found: FoundControl, index: int, table: LocatorTable) -> FoundControl:
    if index < 0:
        return FoundControl(found.name)
    if found.number == index + 1:
        return found
    return FoundControl(found.name, index + 1, table.controls[found.name][index], 1)


def needed_missing(found: Iterable[FoundControl], failure: Failure | None) -> list[ControlName]:
    """Return the missing controls because of which a run would end with `failure` on this page; none if it would not.

    A post that has a video may have the button `redo` instead of `submit`.
    """
    if failure is None:
        return []
    there = {control.name for control in found if control.number}
    if failure.control and failure.control not in NEEDED:
        return [control.name for control in found if control.name == failure.control]
    if "redo" in there:
        there.add("submit")
    return [name for name in NEEDED if name not in there]


def when_absent(name: ControlName, failure: Failure | None) -> str:
    """Say in which state of the page a control shows; empty if it should be there now.

    If a run can go on (no `failure`), even the submit button may be missing: it may show once there is text.
    """
    if failure is not None and name == failure.control:
        return ""
    if failure is not None and name in NEEDED:
        return "not now: it belongs to the composer for videos" if failure.control in _LEAD_TO_COMPOSER else ""
    return f"not now: {_WHEN.get(name, 'not every page has it')}"


def playing_problem(page: Page, clip: bytes) -> str:
    """Play the MP4 `clip` in `page`; return why that does not work, empty if it does. Raises PageGoneError."""
    address = "data:video/mp4;base64," + base64.b64encode(clip).decode("ascii")
    problem: str = ask(page, _PLAY, address, _PLAY_MILLISECONDS)["problem"]
    return problem
