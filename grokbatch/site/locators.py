"""The table of where things are on the site: data that is checked once, packaged as `locators.yaml`."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Era = Literal["A", "B", "C"]
ControlName = Literal[
    "prompt",
    "submit",
    "redo",
    "progress",
    "generating",
    "player",
    "thumbnails",
    "loading_tiles",
    "moderated_tiles",
    "notices",
    "login",
    "human_check",
    "cookie_banner",
    "announcement",
    "preference_question",
    "upsell",
]
TextName = Literal["moderated", "limit", "upsell", "illegal_option", "connection_lost", "failed", "human_check"]
PathName = Literal["post", "generation", "quota", "api", "login", "video_id"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    era: Era | None = None
    language: str | None = None


class TextPattern(_Entry):
    """A pattern that recognises a text of the site."""

    text: Pattern


class Alternative(_Entry):
    """One way to find a control: role and name, label, CSS selector (with a text), or text."""

    role: str | None = None
    name: Pattern | None = None
    label: Pattern | None = None
    css: str | None = None
    text: Pattern | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = [self.role is not None, self.label is not None, self.css is not None]
        if sum(kinds) > 1 or not (any(kinds) or self.text):
            raise ValueError("give exactly one of role (with name), label, css (with or without text), text")
        if (self.role is None) is not (self.name is None):
            raise ValueError("role and name belong together")
        if self.text and (self.role or self.label):
            raise ValueError("text goes with css or stands alone")
        return self

    def __str__(self) -> str:
        """The alternative as people read it: `role=button name=/^redo$/`."""
        if self.role:
            return f"role={self.role} name=/{self.name}/"
        if self.label:
            return f"label=/{self.label}/"
        if self.css:
            return f"css={self.css}" + (f" text=/{self.text}/" if self.text else "")
        return f"text=/{self.text}/"

    def locate(self, page: Page) -> Locator:
        """Return the elements on `page` that match, visible or not."""
        if self.role and self.name:
            return page.get_by_role(self.role, name=_regex(self.name))  # type: ignore[arg-type]
        if self.label:
            return page.get_by_label(_regex(self.label))
        if self.css:
            found = page.locator(self.css)
            return found.filter(has_text=_regex(self.text)) if self.text else found
        return page.get_by_text(_regex(self.text or ""))


class LocatorTable(BaseModel):
    """All controls, texts and paths of the site that the tool knows."""

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

    def is_limit(self, text: str) -> bool:
        """Whether `text` says that a limit is reached; offers to buy more say nothing."""
        limit, upsell = self._texts["limit"], self._texts["upsell"]
        return any(limit.search(line) and not upsell.search(line) for line in text.splitlines())

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
        keep = {"role", "name", "label", "css", "text"}
        return {
            "controls": {
                name: [each.model_dump(include=keep, exclude_none=True) for each in alternatives]
                for name, alternatives in self.controls.items()
            },
            "limit": [each.text for each in self.texts["limit"]],
            "upsell": [each.text for each in self.texts["upsell"]],
            "human_check": [each.text for each in self.texts["human_check"]],
            "video_id": list(self.paths["video_id"]),
        }


_NAMES: dict[str, frozenset[str]] = {
    "controls": frozenset(ControlName.__args__),  # type: ignore[attr-defined]
    "texts": frozenset(TextName.__args__),  # type: ignore[attr-defined]
    "paths": frozenset(PathName.__args__),  # type: ignore[attr-defined]
}


def read_table(text: str) -> LocatorTable:
    """Return the table written in YAML; raises ValueError (pydantic's included) that names the faulty key."""
    try:
        return LocatorTable.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {error}") from error


@lru_cache(maxsize=1)
def packaged_table() -> LocatorTable:
    """Return the table that comes with the package."""
    return read_table(files("grokbatch.site").joinpath("locators.yaml").read_text(encoding="utf-8"))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
