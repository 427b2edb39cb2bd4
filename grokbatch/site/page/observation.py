"""What the page shows at one moment, as watch.js reports it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from grokbatch.site.page.urls import path_of

if TYPE_CHECKING:
    from grokbatch.site.locators.table import Alternative, ControlName, LocatorTable

IN_THE_WAY: tuple[ControlName, ...] = ("announcement", "cookie_banner", "preference_question")
"""The controls that close what may cover the submit button."""


class _Reported(BaseModel):
    # Further keys are not refused: the script and this model come from the same package.
    model_config = ConfigDict(frozen=True)


class _Element(_Reported):
    """An element: `index` is the table's alternative that found it, `nth` its number among the visible matches."""

    index: int = 0
    nth: int = 0
    covered: bool = False


class PromptBox(_Element):
    """The box for the prompt."""

    filled: bool = Field(False, description="it holds exactly the prompt of the video being made")
    formatted: str = Field("", description="what the editor has made of a part of the text, such as a list")


class Button(_Element):
    """A button, or an entry of a menu; `name` is its accessible name."""

    disabled: bool = False
    name: str = ""


class SubmitButton(Button):
    """The button that starts a video: Make video, or Redo."""

    control: Literal["submit", "redo"] = "submit"

    def alternative(self, table: LocatorTable) -> Alternative:
        """Return the entry of the table that found the button."""
        return table.controls[self.control][self.index]


class Opener(Button):
    """The button that opens the composer for videos, or a menu that leads to it."""

    is_open: bool = False


class OpenMenu(_Reported):
    """An open menu: the names of its entries, and the entry that opens the composer, None if it has none."""

    items: tuple[str, ...] = ()
    item: Button | None = None


class ShownVideo(_Reported):
    """A video element; `player` is the table's alternative that matches it as the player, -1 for other videos."""

    id: str | None
    address: str = ""
    player: int = -1
    duration: float | None = Field(None, description="seconds; None: not known to the browser")
    width: int = 0
    height: int = 0
    error: int | None = Field(None, description="the media element's error code; 4: cannot be decoded, or 404")
    playable_at: float | None = Field(None, description="when it first could be played, in milliseconds since 1970")

    @property
    def is_playable(self) -> bool:
        """Whether the browser can play it, with its picture."""
        return bool(self.duration and self.width) and self.error is None

    @property
    def is_unplayable(self) -> bool:
        """Whether the browser failed to load the file, or can play only its sound."""
        return self.error is not None or bool(self.duration and not self.width)


class Choice(_Reported):
    """A single choice of an option, such as 10s, or a button that opens a menu of choices (`opens`).

    `id` stays the same as long as the element exists; choices of one `group` exclude each other.
    """

    id: int
    group: int = 0
    text: str = ""
    name: str = Field("", description="the accessible name")
    chosen: bool | None = Field(None, description="None: the page does not show it")
    disabled: bool = False
    opens: bool = False
    is_open: bool = False
    in_popup: bool = Field(False, description="it is in a menu that covers the page")


class Observation(_Reported):
    """The page at one moment."""

    doc: str = Field(description="changes with every document that is loaded")
    address: str
    loaded: bool
    title: str = ""
    prompt: PromptBox | None = None
    submit: SubmitButton | None = None
    composer: Literal["", "video", "other", "unknown"] = Field(
        "", description='what the box and its button are for; "": there is no box, "unknown": nothing tells'
    )
    edit: str = Field("", description="the name of a button beside the box that edits the image")
    on_cards: tuple[str, ...] = Field((), description="names of such buttons that make videos of other pictures")
    opener: Opener | None = None
    menu: OpenMenu | None = None
    percent: int | None = None
    generating: bool = False
    loading_tiles: int = 0
    videos: tuple[ShownVideo, ...] = ()
    ids: frozenset[str] = frozenset()
    moderated_ids: frozenset[str] = Field(frozenset(), description="those of them that are shown as moderated")
    notices: dict[str, int] = Field(default_factory=dict, repr=False, description="text: times it arrived")
    error_notices: frozenset[str] = Field(
        frozenset(), repr=False, description="those of them that the page marked as errors"
    )
    limit_text: str | None = Field(None, repr=False)
    limit_lines: tuple[str, ...] = Field(
        (), repr=False, description="all texts about a limit, once the prompt is in the box and while nothing is made"
    )
    login: bool = False
    human_check: bool = False
    blank: bool = Field(False, description="nothing is on the page: neither text nor picture nor control")
    clicks: int = Field(0, description="clicks that reached the submit button in this document")
    mode: Literal["", "video", "other", "unknown"] = Field(
        "", description='what a submit would make; "": there are no modes, "unknown": the page does not show it'
    )
    choices: dict[str, tuple[Choice, ...]] = Field(
        default_factory=dict, repr=False, description="by control; only for what was asked for"
    )
    signature: str = Field("", repr=False)

    @classmethod
    def of(cls, text: str) -> Observation:
        """Return the observation that watch.js has written as JSON; its signature is that text."""
        return cls.model_validate({**json.loads(text), "signature": text})

    @property
    def is_busy(self) -> bool:
        """Whether the page shows a generation under way."""
        return self.generating or (self.percent is not None and self.percent < 100)

    @property
    def is_barred(self) -> bool:
        """Whether a human check keeps the controls from use; some pages always show a small one that does not."""
        reachable = self.prompt is not None and self.submit is not None and not self.submit.covered
        return self.human_check and not reachable

    def fresh_errors(self, before: Observation) -> tuple[str, ...]:
        """Return the texts that appeared after `before` and are marked as errors, whatever they say."""
        return tuple(text for text in self.fresh_notices(before) if text in self.error_notices)

    def fresh_notices(self, before: Observation) -> tuple[str, ...]:
        """Return the texts that appeared after `before`; a text that was there and appeared again counts, too."""
        return tuple(text for text, times in self.notices.items() if times > before.notices.get(text, 0))

    def fresh_limits(self, before: Observation) -> tuple[str, ...]:
        """Return the texts about a limit that appeared on the same page after `before`.

        One that was there with other numbers is none: a page may count all the time what is left, or how long it lasts.
        """
        if self.doc != before.doc or path_of(self.address) != path_of(before.address):
            return ()
        known = {_without_numbers(line) for line in before.limit_lines}
        return tuple(line for line in self.limit_lines if _without_numbers(line) not in known)


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "0", " ".join(line.split()))
