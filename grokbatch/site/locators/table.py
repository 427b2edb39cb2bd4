"""The table of locators: how to find the site's controls, texts and paths. Data, packaged as `locators.yaml`."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from grokbatch.site.locators.patterns import Pattern, Role, Selector, spacious
from grokbatch.yaml_nodes import NotYamlError, load

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Era = Literal["A", "B", "C", "D"]
ControlName = Literal[
    "prompt",
    "opener",
    "opener_item",
    "source_image",
    "edit",
    "submit",
    "redo",
    "mode",
    "options",
    "duration",
    "resolution",
    "aspect",
    "preset",
    "progress",
    "generating",
    "cancel",
    "player",
    "thumbnails",
    "loading_tiles",
    "moderated_tiles",
    "more",
    "upscale",
    "hd_badge",
    "delete",
    "confirm",
    "download",
    "notices",
    "error_notices",
    "dialogs",
    "login",
    "human_check",
    "cookie_banner",
    "announcement",
    "preference_question",
    "upsell",
]
TextName = Literal[
    "moderated",
    "limit",
    "sure_limit",
    "perhaps_limit",
    "upsell",
    "wait",
    "wait_weeks",
    "wait_days",
    "wait_hours",
    "wait_minutes",
    "wait_seconds",
    "wait_one",
    "video_mode",
    "illegal_option",
    "stale_page",
    "account_refused",
    "image_unavailable",
    "connection_lost",
    "failed",
    "human_check",
]
PathName = Literal["post", "generation", "answers", "assets", "quota", "api", "login", "video_id", "hd_file"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    era: Era | None = None
    language: str | None = None


class TextPattern(_Entry):
    """A pattern that recognises a text of the site."""

    text: Pattern


class Alternative(_Entry):
    """One way to find a control: role and name, or label (each narrowed by a CSS selector, if there is one), or
    CSS selector (with a text), or text. Space around a name or text does not matter.

    `any_use`: it may also match a control that does not make videos, so something else must show what the control does.
    """

    role: Role | None = None
    name: Pattern | None = None
    label: Pattern | None = None
    css: Selector | None = None
    text: Pattern | None = None
    any_use: bool = False

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if (self.role is None) is not (self.name is None):
            raise ValueError("role and name belong together")
        if self.role and self.label:
            raise ValueError("role and label exclude each other")
        if self.text and (self.role or self.label):
            raise ValueError("text goes with css or stands alone")
        if not (self.role or self.label or self.css or self.text):
            raise ValueError("give role and name, or label, or css, or text")
        return self

    def __str__(self) -> str:
        """The alternative as people read it, such as `role=button name=/^redo$/`."""
        if self.role or self.label:
            told = f"role={self.role} name=/{self.name}/" if self.role else f"label=/{self.label}/"
            return f"{told} and css={self.css}" if self.css else told
        parts = (f"css={self.css}" if self.css else "", f"text=/{self.text}/" if self.text else "")
        return " ".join(filter(None, parts))

    def locate(self, page: Page) -> Locator:
        """Return the elements on `page` that match, visible or not."""
        css = page.locator(f"css={self.css}") if self.css else None
        if self.role and self.name:
            found = page.get_by_role(self.role, name=_regex(self.name))  # type: ignore[arg-type]
        elif self.label:
            found = page.get_by_label(_regex(self.label))
        elif css:
            return css.filter(has_text=_regex(self.text)) if self.text else css
        else:
            return page.get_by_text(_regex(self.text or ""))
        return found.and_(css) if css else found

    def for_page(self) -> dict[str, str | bool]:
        """The alternative in the form that finder.js and composer.js read."""
        told: dict[str, str | bool] = self.model_dump(include={"role", "css"}, exclude_none=True)
        if self.any_use:
            told["any_use"] = True
        patterns = {"name": self.name, "label": self.label, "text": self.text}
        return told | {kind: spacious(pattern) for kind, pattern in patterns.items() if pattern}


class LocatorTable(BaseModel):
    """All controls, texts and paths of the site that grokbatch uses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    controls: dict[ControlName, tuple[Alternative, ...]]
    texts: dict[TextName, tuple[TextPattern, ...]]
    paths: dict[PathName, tuple[Pattern, ...]]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        for kind, present in (("controls", self.controls), ("texts", self.texts), ("paths", self.paths)):
            missing = _NAMES[kind] - present.keys()
            if missing:
                raise ValueError(f"{kind}: missing {', '.join(sorted(missing))}")
        return self

    def matches(self, name: TextName, text: str) -> bool:
        """Whether a line of `text` is one of the texts called `name`."""
        return any(self._texts[name].search(line) for line in text.splitlines())

    def is_limit(self, text: str, *, surely: bool = False) -> bool:
        """Whether `text` says that a limit is reached; offers to buy more are ignored.

        A phrase that is also used for failures counts only if it is alone, and with `surely` not at all.
        """
        if self.matches("sure_limit", text):
            return True
        lines = [line for line in text.splitlines() if not self._texts["upsell"].search(line)]
        if any(self._texts["limit"].search(line) for line in lines):
            return True
        if surely or self.matches("failed", text) or self.matches("connection_lost", text):
            return False
        return any(self._texts["perhaps_limit"].search(line) for line in lines)

    def has_path(self, name: PathName, path: str) -> bool:
        """Whether the path of an address is one of those called `name`."""
        return any(re.search(pattern, path) for pattern in self.paths[name])

    def tried(self, name: ControlName) -> str:
        """All alternatives of a control, for people."""
        return "; ".join(str(alternative) for alternative in self.controls[name])

    def for_page(self) -> dict[str, Any]:
        """The table in the form that watch.js reads."""
        return self._for_page

    @cached_property
    def _texts(self) -> dict[TextName, re.Pattern[str]]:
        return {
            name: re.compile("|".join(f"(?:{each.text})" for each in patterns), re.IGNORECASE)
            for name, patterns in self.texts.items()
        }

    @cached_property
    def _for_page(self) -> dict[str, Any]:
        return {
            "controls": {
                name: [each.for_page() for each in alternatives] for name, alternatives in self.controls.items()
            },
            "limit": [each.text for each in self.texts["limit"]],
            "sure_limit": [each.text for each in self.texts["sure_limit"]],
            "perhaps_limit": [each.text for each in self.texts["perhaps_limit"]],
            "failed": [each.text for name in ("failed", "connection_lost") for each in self.texts[name]],
            "upsell": [each.text for each in self.texts["upsell"]],
            "human_check": [each.text for each in self.texts["human_check"]],
            "video_mode": [each.text for each in self.texts["video_mode"]],
            "video_id": list(self.paths["video_id"]),
        }


_NAMES: dict[str, frozenset[str]] = {
    "controls": frozenset(ControlName.__args__),  # type: ignore[attr-defined]
    "texts": frozenset(TextName.__args__),  # type: ignore[attr-defined]
    "paths": frozenset(PathName.__args__),  # type: ignore[attr-defined]
}


def read_table(text: str) -> LocatorTable:
    """Return the table in the YAML `text`; raises ValueError, or pydantic's subclass, which names the wrong key."""
    try:
        return LocatorTable.model_validate(load(text))
    except NotYamlError as error:
        raise ValueError(f"not YAML: {error}") from error


@lru_cache(maxsize=1)
def packaged_table() -> LocatorTable:
    """Return the table that comes with the package."""
    return read_table(files("grokbatch.site.locators").joinpath("locators.yaml").read_text(encoding="utf-8"))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(spacious(pattern), re.IGNORECASE)
