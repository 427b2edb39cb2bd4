"""The steps that lead to a submit: what may be done next on the page before the submit button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Waiting


@dataclass(frozen=True)
class Enter:
    """Enter the prompt; with `anew` the box is emptied first, because the page lost the first entry.

    `apart`: character by character, for an editor that turns some characters into formatting.
    """

    anew: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Uncover:
    """Close what covers the submit button."""


@dataclass(frozen=True)
class OpenComposer:
    """Press the button that opens the composer for videos, or a menu that leads to it."""


@dataclass(frozen=True)
class PickItem:
    """Press the entry for prompts in the menu that is open."""


@dataclass(frozen=True)
class CloseMenu:
    """Close a menu without the entry for prompts.

    `reason` is the failure if there is no other way to the composer; `goes_on` says that there may be one.
    """

    reason: Failure
    goes_on: bool = False


@dataclass(frozen=True)
class SwitchMode:
    """Choose the mode Video: as it is, the composer may make something else."""


@dataclass(frozen=True)
class ReturnToImage:
    """Go back to the image: its post opened on one of its videos."""


@dataclass(frozen=True)
class Unformat:
    """Undo the formatting that the editor made of characters in the prompt."""


@dataclass(frozen=True)
class Press:
    """Press the submit button: the page is ready."""


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
