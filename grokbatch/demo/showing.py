"""What a post's page is told when it opens: its shape, its words, its traps."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.demo.clips import ASPECTS

if TYPE_CHECKING:
    from grokbatch.demo.scenario import Scenario

FOLDER = Path(__file__).parent / "page"
_BUTTON_WORDS = ("make", "create")


def labels(scenario: Scenario) -> dict[str, str]:
    """Return the page's words: those of the language where they are known, else the English ones."""
    words = _words()
    own = words[scenario.language]
    if scenario.era != "A" and "send" in own:
        # In these eras one button does it all; what it says for a video is not known in every language.
        own = dict.fromkeys(_BUTTON_WORDS, own["send"]) | own
    return words["en"] | own


def told(scenario: Scenario) -> dict[str, Any]:
    """Return what the page's scripts go by."""
    return _shape(scenario) | {
        "hydrate": scenario.hydrate,
        "urlAfter": scenario.url_after,
        "limitText": scenario.limit_text,
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


def _shape(scenario: Scenario) -> dict[str, Any]:
    return {
        "era": scenario.era,
        "layout": scenario.layout,
        "openingMode": "Video" if scenario.era == "A" else scenario.opening_mode,
        "durations": scenario.durations,
        "resolutions": scenario.resolutions,
        "aspects": ASPECTS if scenario.era == "C" else (),
        "hasPresets": scenario.era != "B",
        "resetsOptions": scenario.resets_options,
    }


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
    return words
