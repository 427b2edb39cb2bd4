"""The configuration that a post's page gets when it opens: its layout, its texts, and its troubles."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.demo.clips.clips import ASPECTS, Aspect

if TYPE_CHECKING:
    from grokbatch.demo.scenario.scenario import Scenario

FOLDER = Path(__file__).parents[1] / "frontend"
_BUTTON_WORDS = ("make", "create")
_ITEMS = ("preciseEdit", "addPrompt", "quickAnimate", "spicy")
# On the post of an image, since July 2026.
_POST_ASPECTS: tuple[Aspect, ...] = ("3:2", "1:1", "9:16", "16:9")


def labels(scenario: Scenario) -> dict[str, str]:
    """Return the page's texts in its language, or in English if they are not known."""
    words = _words()
    own = words[scenario.language]
    if scenario.era in ("B", "C") and "send" in own:
        # In these eras there is one button only; its text for a video is not known in every language.
        own = dict.fromkeys(_BUTTON_WORDS, own["send"]) | own
    if scenario.english_items:
        own = {key: own[key] for key in own.keys() - set(_ITEMS)}
    return _of_their_time(scenario, words["en"] | own)


def _of_their_time(scenario: Scenario, words: dict[str, str]) -> dict[str, str]:
    older = {"makeMenu": words["animate"]} if scenario.menu_label == "Animate" else {}
    return words | older | ({"makeVideo": words["generate"]} if scenario.submit_label == "Generate Video" else {})


def told(scenario: Scenario) -> dict[str, Any]:
    """Return the configuration for the page's scripts."""
    return (
        _shape(scenario)
        | _today(scenario)
        | _ways(scenario)
        | {
            "hydrate": scenario.hydrate,
            "urlAfter": scenario.url_after,
            "limitText": scenario.limit_text,
            "limitOffer": scenario.limit_offer,
            "limitInOne": scenario.limit_in_one,
            "limitStyle": scenario.limit_style,
            "disabledWhenLimited": scenario.limit_style == "disabled",
            "asksBeforeClick": any(script.kind == "ignored_click" for script in scenario.outcomes.values()),
            "upsell": scenario.upsell,
            "cookieBanner": scenario.cookie_banner,
            "announcement": scenario.announcement,
            "oldToast": scenario.old_toast,
            "preferenceQuestion": scenario.preference_question,
            "autoStart": scenario.auto_start,
            "replaceNodes": scenario.replace_nodes,
            "galleryShown": scenario.gallery,
        }
    )


def _shape(scenario: Scenario) -> dict[str, Any]:
    return {
        "era": scenario.era,
        "layout": scenario.layout,
        "openingMode": "Video" if scenario.era == "A" else scenario.opening_mode,
        "durations": scenario.durations,
        "resolutions": scenario.resolutions,
        "aspects": {"C": ASPECTS, "D": _POST_ASPECTS}.get(scenario.era, ()),
        "hasPresets": scenario.era in ("A", "C"),
        "resetsOptions": scenario.resets_options,
    }


def _today(scenario: Scenario) -> dict[str, Any]:
    return {
        "preciseEdit": scenario.precise_edit,
        "addPrompt": scenario.add_prompt,
        "editComposerStays": scenario.edit_composer_stays,
        "escapeResets": scenario.escape_resets,
        "ratioEntries": scenario.ratio_entries,
        "enableAfter": scenario.enable_after,
        "sendAppears": scenario.send_appears,
        "forgetsFirstEntry": scenario.forgets_first_entry,
        "formatsText": scenario.formats_text,
        "tabs": scenario.tabs,
        "landsOnNewest": scenario.lands_on_newest,
        "lateOldTile": scenario.late_old_tile,
    }


def _ways(scenario: Scenario) -> dict[str, Any]:
    return {
        "sendsFrom": scenario.sends_from,
        "sendsAfter": scenario.sends_after,
        "secondRequest": scenario.second_request,
        "asksAgainAfter": scenario.asks_again_after,
        "changesPrompt": scenario.changes_prompt,
        "sendsOtherLength": scenario.sends_other_length,
    }


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
    return words
