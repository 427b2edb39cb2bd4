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
        "Make Video", description="era D: the English name of the toolbar's menu button; Animate is the older one"
    )
    submit_label: Literal["Make video", "Generate Video"] = Field(
        "Make video",
        description="era D: the English name of the video composer's button; Generate Video is the older one",
    )
    english_items: bool = Field(
        False, description="era D: the menu's entries are English even if the page is in another language"
    )
    precise_edit: bool = Field(False, description="era D: the first entry of the menu is Precise Edit")
    add_prompt: bool = Field(True, description="era D: the menu has Add Prompt; without it no prompt can be given")
    edit_composer_stays: bool = Field(
        False, description="era D: the composer that edits the image stays on the page, before the one for videos"
    )
    escape_resets: bool = Field(
        True, description="era D: Escape replaces the composer for videos by the one that edits the image"
    )
    ratio_entries: Literal["option", "menuitem"] = Field(
        "option", description="era D: the role of the aspect ratios in their popup, option since 2026-08-08"
    )
    enable_after: Seconds = Field(
        0.11, description="era D: how long after a text is entered the submit button can be pressed"
    )
    send_appears: bool = Field(False, description="era D: there is no submit button until a text is entered")
    forgets_first_entry: bool = Field(
        False, description="era D: the first text that is entered on a new page disappears"
    )
    formats_text: Annotated[Formatting, BeforeValidator(_formatting, json_schema_input_type=bool | Formatting)] = Field(
        "all",
        description="era D: whether the editor turns 1. - # > ** * @ into lists, headings, quotes, emphasis and "
        "mentions: in typed text, in all entered text, or not at all",
    )
    tabs: bool = Field(False, description="era D: there are tabs Image and Video above the picture")
    lands_on_newest: bool = Field(
        False, description="era D: opening the post of an image leads to the post of its newest video"
    )
    late_old_tile: Seconds | None = Field(
        None,
        description="era D: how long after the click an older video appears, as a tile and in the player; None: at "
        "once",
    )
