"""The fields of a scenario that change today's page of an image post (era D): labels, menus, composers, navigation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from grokbatch.demo.scenario.values import Seconds, Strict

Formatting = Literal["no", "typed", "all"]


def _formatting(told: object) -> object:
    return {True: "all", False: "no"}[told] if isinstance(told, bool) else told


class Today(Strict):
    """The fields that affect the page of era D only."""

    menu_label: Literal["Make Video", "Animate"] = Field(
        "Make Video", description="era D: what the toolbar's menu button is called, in English; the other is older"
    )
    submit_label: Literal["Make video", "Generate Video"] = Field(
        "Make video", description="era D: what the video composer's button is called, in English; the other is older"
    )
    english_items: bool = Field(
        False, description="era D: the menu's entries stay English on a page in another language"
    )
    precise_edit: bool = Field(False, description="era D: the menu begins with Precise Edit")
    add_prompt: bool = Field(True, description="era D: the menu has Add Prompt; without it no prompt can be given")
    edit_composer_stays: bool = Field(
        False, description="era D: the composer that edits the image stays, before the one for videos"
    )
    escape_resets: bool = Field(
        True, description="era D: Escape turns the composer for videos back into the one that edits the image"
    )
    ratio_entries: Literal["option", "menuitem"] = Field(
        "option", description="era D: the role of the aspect ratios in their popup, option since 2026-08-08"
    )
    enable_after: Seconds = Field(0.11, description="era D: from a text to a submit button that can be pressed")
    send_appears: bool = Field(False, description="era D: there is no submit button until there is a text")
    forgets_first_entry: bool = Field(
        False, description="era D: the first text that is entered after the page was opened vanishes"
    )
    formats_text: Annotated[Formatting, BeforeValidator(_formatting, json_schema_input_type=bool | Formatting)] = Field(
        "all",
        description="era D: whether the editor makes lists, headings, emphasis and mentions of 1. - # > ** * @: "
        "of what is typed, of all that is entered, or not at all",
    )
    tabs: bool = Field(False, description="era D: tabs Image and Video stand over the picture")
    lands_on_newest: bool = Field(
        False, description="era D: opening an image's post leads on to its newest video's post"
    )
    late_old_tile: Seconds | None = Field(
        None,
        description="era D: an older video comes up so long after the click, as tile and in the player; None: at once",
    )
