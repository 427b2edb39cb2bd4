"""Looks at a page for people: which controls are there and what found them, and whether a clip plays."""

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
"""What no video can be made without."""

WAY: tuple[ControlName, ...] = ("opener", "opener_item")
"""What brings the composer, where it is not there from the beginning."""

_BRINGS = (*WAY, "mode")
_EARLY: tuple[ControlName, ...] = (*WAY, "edit")
_OF_COMPOSER: tuple[ControlName, ...] = ("prompt", "submit", "redo")
_BEFORE, _IN_MENU = "before the composer was opened", "in the menu"
_OTHER = "in a composer that is not proven to be for videos"
_MAKING, _RESULT, _MENU = "it shows while a video is made", "it shows once there is a video", "it stands in a menu"
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
    "login": "it shows to whom is signed out",
    "human_check": "it shows when the site asks for it",
}


@dataclass(frozen=True)
class FoundControl:
    """A control of the table, and the alternative that found it; `place` counts from 1, 0: not on the page.

    `count` is how many elements can be seen that it matches, `when` says at what time if not in the end.
    """

    name: ControlName
    place: int = 0
    alternative: Alternative | None = None
    count: int = 0
    when: str = ""

    def __str__(self) -> str:
        """What found it: `alternative 2 (role=button name=/^redo$/)`."""
        return f"alternative {self.place} ({self.alternative})" if self.place else "not on the page"


def find_controls(page: Page, table: LocatorTable) -> tuple[FoundControl, ...]:
    """Look for each control of the table; the first alternative that matches something visible counts."""
    return tuple(find_control(page, table, name) for name in table.controls)


def find_control(page: Page, table: LocatorTable, name: ControlName) -> FoundControl:
    """Look for one control of the table."""
    for place, alternative in enumerate(table.controls[name], start=1):
        if count := alternative.locate(page).filter(visible=True).count():
            return FoundControl(name, place, alternative, count)
    return FoundControl(name)


def over_time(
    before: Iterable[FoundControl], entry: FoundControl | None, after: Iterable[FoundControl]
) -> tuple[FoundControl, ...]:
    """Return where each control was found on a page whose composer was brought.

    What brings it, and what it has replaced, was there before; `entry` is what stood in the menu.
    """
    earlier = {each.name: each for each in before if each.place}
    if entry is not None:
        earlier["opener_item"] = entry
    return tuple(_at_its_time(each, earlier.get(each.name)) for each in after)


def _at_its_time(now: FoundControl, earlier: FoundControl | None) -> FoundControl:
    # The box and the buttons that were there before belong to another composer.
    if earlier is None or now.name in _OF_COMPOSER or (now.place and now.name not in _EARLY):
        return now
    return replace(earlier, when=_IN_MENU if now.name == "opener_item" else _BEFORE)


def as_used(
    controls: Iterable[FoundControl], seen: Observation, table: LocatorTable, *, is_usable: bool = True
) -> tuple[FoundControl, ...]:
    """Return the box and the button that a run would use in place of the first ones of their kind.

    On some pages there are more: to edit the image, or on the cards of other people's images. Unless the composer
    `is_usable` there is no button for videos, whatever the one beside the box is called.
    """
    used: dict[ControlName, int] = dict.fromkeys(_OF_COMPOSER, -1)
    if seen.prompt is not None:
        used["prompt"] = seen.prompt.index
        if seen.submit is not None and is_usable:
            used[seen.submit.control] = seen.submit.index
    there = [_used(each, used[each.name], table) if each.name in used else each for each in controls]
    other = "" if is_usable else _OTHER
    return tuple(replace(each, when=other) if each.name == "prompt" and each.place else each for each in there)


def _used(found: FoundControl, index: int, table: LocatorTable) -> FoundControl:
    if index < 0:
        return FoundControl(found.name)
    if found.place == index + 1:
        return found
    return FoundControl(found.name, index + 1, table.controls[found.name][index], 1)


def needed_missing(found: Iterable[FoundControl], failure: Failure | None) -> list[ControlName]:
    """Return the controls for whose sake a run would end with `failure` on this page; nothing if it would not.

    A post that has a video already may offer to make another one in place of the first button.
    """
    if failure is None:
        return []
    there = {control.name for control in found if control.place}
    if failure.control and failure.control not in NEEDED:
        return [control.name for control in found if control.name == failure.control]
    if "redo" in there:
        there.add("submit")
    return [name for name in NEEDED if name not in there]


def when_absent(name: ControlName, failure: Failure | None) -> str:
    """Say in which state of the page a control shows; empty if it should be there.

    Where nothing keeps a run from going on, the button may wait for a text.
    """
    if failure is not None and name == failure.control:
        return ""
    if failure is not None and name in NEEDED:
        return "not now: it belongs to the composer for videos" if failure.control in _BRINGS else ""
    return f"not now: {_WHEN.get(name, 'not every page has it')}"


def playing_problem(page: Page, clip: bytes) -> str:
    """Play the MP4 `clip` in `page` and return why that does not work, or nothing; raises PageGoneError."""
    address = "data:video/mp4;base64," + base64.b64encode(clip).decode("ascii")
    problem: str = ask(page, _PLAY, address, _PLAY_MILLISECONDS)["problem"]
    return problem
