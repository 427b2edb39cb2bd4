"""The steps that lead to a submit: what may be done next on the page before the submit button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Waiting


@dataclass(frozen=True)
class Enter:
    """Enter the prompt; `anew` asks to empty the box first, for a page that did not hear the first entry.

    `apart`: sign by sign, for an editor that makes formats of some of them.
    """

    anew: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Uncover:
    """Put away what lies over the button."""


@dataclass(frozen=True)
class OpenComposer:
    """Press the button that brings the composer for videos, mostly by a menu."""


@dataclass(frozen=True)
class PickItem:
    """Press the entry for prompts in the menu that is open."""


@dataclass(frozen=True)
class CloseMenu:
    """Close a menu that does not have the entry for prompts; `reason` says so, if there is no other way to go on."""

    reason: Failure
    goes_on: bool = False


@dataclass(frozen=True)
class SwitchMode:
    """Choose the Video mode: the composer would make something else now."""


@dataclass(frozen=True)
class ReturnToImage:
    """Go back to the image: its post has opened on one of its videos."""


@dataclass(frozen=True)
class Unformat:
    """Take back what the editor has made of signs in the prompt."""


@dataclass(frozen=True)
class Press:
    """Everything is in place: press the button."""


Step: TypeAlias = (
    Waiting
    | Failure
    | Enter
    | Uncover
    | OpenComposer
    | PickItem
    | CloseMenu
    | SwitchMode
    | ReturnToImage
    | Unformat
    | Press
)
