"""Derives from an element of the page ways to find it again, the most lasting first. Pure.

What people read changes less often than how a page is built: first role and name, then the attributes for the site's
own tests, then the position. Class names that a build tool generates, and names that change, are never used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from grokbatch.site.locators.patterns import ROLES, literal
from grokbatch.site.locators.table import Alternative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.site.learn.element import Described, Hook

Part = Literal["prompt", "opener", "opener_item", "submit", "progress", "player", "download"]

_TEST_IDS = ("data-testid", "data-test-id", "data-test", "data-cy", "data-qa")
_LABELS = ("aria-label", "placeholder", "name", "title")
_LANDMARKS = frozenset({"form", "main", "header", "footer", "nav", "aside", "article", "section", "dialog"})
_LONGEST_PATH = 4
_OPENS = "[aria-haspopup]"
_ENTRIES = frozenset({"menuitem", "menuitemradio", "menuitemcheckbox", "option"})
_PERCENT, _ONLY_PERCENT = r"\d{1,3}\s*%", r"^\d{1,3}\s*%$"
# Pictures and video elements inside of these are previews of other videos.
_PREVIEWS = ("button", "a", "li")

_WORD = re.compile(r"[A-Za-z][a-z]+(?:[A-Z][a-z]{2,}|[-_]{1,2}[A-Za-z]?[a-z]+)*")
_SHORTEST_CLASS, _LONGEST_WORD = 4, 40
# Class names of layout, which say nothing of an element's purpose.
_LAYOUT = """
    absolute align animate antialiased appearance aspect backdrop background basis block blur border bottom bg
    break capitalize clear col columns container content contents cursor decoration delay divide duration ease
    fill filter fixed flex float focus font from gap grid group grow hidden hover hyphens inline inset invisible
    isolate italic items justify leading left line list lowercase margin max min mix mx my object opacity order
    origin outline overflow overscroll padding peer place pointer px py relative resize right ring rotate
    rounded row scale scroll select self shadow shrink size skew snap space sr static sticky stroke table text
    top touch tracking transform transition translate truncate underline uppercase via visible whitespace will
    wrap active disabled focus-visible open
"""
_UTILITIES = frozenset(_LAYOUT.split())


def candidates(part: Part, it: Described) -> Iterator[Alternative]:
    """Yield ways to find `it` as the `part` of the page that it is, the most lasting first."""
    if part not in ("progress", "player"):
        yield from _by_name(part, it)
    pattern = _pattern(part, it)
    for css in dict.fromkeys(_selectors(part, it)):
        yield Alternative(css=css, text=pattern)


def may_find(alternative: Alternative, part: Part, other: Described) -> bool:
    """Whether `alternative`, derived for a `part` of the page, would also match the element `other`."""
    return _told(alternative) in map(_told, candidates(part, other))


def goes_by_name(alternative: Alternative, it: Described) -> bool:
    """Whether a way to find `it` uses the name of it or of something around it, and not how the page is built."""
    css = alternative.css or ""
    marks = [*_hooks(it), *(hook for around in it.path for hook in _hooks(around)), _hint(it)]
    return bool(alternative.name or alternative.text) or any(mark in css for mark in marks if mark)


def opens_menu(it: Described) -> bool:
    """Whether an element opens a menu or is in one: it then cannot be the button that makes a video."""
    return _opens(it) or is_entry(it)


def is_entry(it: Described) -> bool:
    """Whether an element is an entry of a menu, and not one that opens another menu."""
    return it.role in _ENTRIES and not _opens(it)


def _opens(it: Described) -> bool:
    return it.attributes.get("aria-haspopup", "false") != "false"


def _told(alternative: Alternative) -> str:
    # Names and texts are compared in this form.
    return str(alternative).lower()


def _pattern(part: Part, it: Described) -> str | None:
    if part != "progress" or not it.percent or "aria-valuenow" in it.attributes:
        return None
    return _ONLY_PERCENT if it.only_percent else _PERCENT


def _by_name(part: Part, it: Described) -> Iterator[Alternative]:
    if it.role in ROLES and is_lasting_name(it.name):
        for css in _narrowed(part, it):
            yield Alternative(role=it.role, name=literal(it.name), css=css)
    elif it.role not in ROLES and is_lasting_name(it.words):
        yield Alternative(text=literal(it.words))


def _narrowed(part: Part, it: Described) -> Iterator[str | None]:
    """Yield selectors that must match in addition to the name; None if the name may be enough."""
    # The button that opens the composer and the one that makes the video often have the same name.
    if part == "opener" and _opens(it):
        yield _OPENS
        yield from (f"{around} {_OPENS}" for around in _anchors(it))
        return
    yield None
    if part == "submit" and not _opens(it):
        yield f":not({_OPENS})"
    yield from (f"{around} *" for around in _anchors(it))


def _selectors(part: Part, it: Described) -> Iterator[str]:
    # Not by position: at the position of a menu's entry or button, a changed page may have one that starts a video.
    if part in ("opener", "opener_item"):
        yield from _hooks(it) if part == "opener_item" else _marks(it)
        return
    own = [*_own(it)]
    yield from own
    if part == "player":
        # The page's main part may hold many videos, so the nearest landmark is used first.
        nearest = [each for each in _anchors(it) if each not in _LANDMARKS]
        yield from (f"{around} {it.tag}{_no_previews(it)}" for around in [*nearest, *_anchors(it)])
    if it.editable:
        yield from _boxes(it)
    for hook in own:
        yield from (f"{around} {hook}" for around in _anchors(it))
    yield from _paths(it)
    if part == "progress":
        yield it.tag


def _own(it: Described) -> Iterator[str]:
    """Yield selectors for an element by its own attributes."""
    yield from _hooks(it)
    if it.hint:
        yield f"{it.tag}:has({_hint(it)})"
    for name in ("aria-haspopup", "aria-valuenow"):
        if name in it.attributes:
            yield f"{it.tag}[{name}]"
    for icon in filter(is_lasting_class, it.icons):
        yield f"{it.tag}:has(svg.{icon})"
    if it.attributes.get("type") == "submit":
        yield f'{it.tag}[type="submit"]'
    yield from (f"{it.tag}.{each}" for each in it.classes if is_lasting_class(each))


def _marks(it: Described) -> Iterator[str]:
    """Yield selectors for a button by attributes that show its purpose, not by its kind."""
    own = [*_hooks(it), *(f"{it.tag}:has(svg.{icon})" for icon in filter(is_lasting_class, it.icons))]
    # A button with the same picture may make a video, unless it opens a menu.
    own = [f"{mark}{_OPENS}" if _opens(it) else mark for mark in own]
    yield from own
    for hook in own:
        yield from (f"{around} {hook}" for around in _anchors(it))


def _hooks(it: Hook) -> Iterator[str]:
    for name in _TEST_IDS:
        if is_lasting_id(it.attributes.get(name, "")):
            yield f"[{name}={_quoted(it.attributes[name])}]"
    if is_lasting_id(it.attributes.get("id", "")):
        yield f"#{it.attributes['id']}"
    for name in _LABELS:
        if is_lasting_name(it.attributes.get(name, "")):
            yield f"{it.tag}[{name}={_quoted(it.attributes[name])}]"


def _hint(it: Described) -> str:
    return f"[data-placeholder={_quoted(it.hint)}]" if it.hint else ""


def _boxes(it: Described) -> Iterator[str]:
    kind = it.tag if it.tag in ("textarea", "input") else '[contenteditable="true"]'
    yield from (f"{around} {kind}" for around in _anchors(it))


def _no_previews(it: Described) -> str:
    inside = {each.tag for each in it.path}
    others = [f"{tag} {it.tag}" for tag in _PREVIEWS if tag not in inside]
    return f":not({', '.join(others)})" if others else ""


# --- the position


def _anchors(it: Described) -> Iterator[str]:
    """Yield selectors for elements around an element, the most reliable first."""
    for around in it.path:
        yield from (hook for hook in _hooks(around) if not hook.startswith("["))
        yield from (hook for hook in _hooks(around) if hook.startswith("["))
    yield from (around.tag for around in it.path if around.tag in _LANDMARKS)
    for around in it.path:
        yield from (f"{around.tag}.{each}" for each in around.classes if is_lasting_class(each))


def _paths(it: Described) -> Iterator[str]:
    """Yield selectors that lead down to an element from the nearest reliable element around it."""
    steps = [_step(it)]
    for around in it.path[:_LONGEST_PATH]:
        tops = [*_hooks(around), *([around.tag] if around.tag in _LANDMARKS else [])]
        tops += [f"{around.tag}.{each}" for each in around.classes if is_lasting_class(each)]
        yield from (" > ".join([top, *steps]) for top in tops)
        steps.insert(0, _step(around))
    yield " > ".join(steps)


def _step(it: Hook) -> str:
    return it.tag if it.alone else f"{it.tag}:nth-of-type({it.number})"


# --- what lasts


def is_lasting_name(text: str) -> bool:
    """Whether a name is likely to last: there is no number in it, and it is not a whole sentence."""
    return bool(text.strip()) and len(text) <= _LONGEST_WORD and not re.search(r"\d", text)


def is_lasting_id(text: str) -> bool:
    """Whether an id or test id was chosen by a person: words, perhaps with dashes, and no hash."""
    return bool(_WORD.fullmatch(text)) and len(text) <= _LONGEST_WORD and not _is_scrambled(text)


def is_lasting_class(text: str) -> bool:
    """Whether a class name says what an element is: it is neither generated by a build tool nor about layout."""
    if not is_lasting_id(text) or len(text) < _SHORTEST_CLASS:
        return False
    return re.split(r"[-_]", text)[0].lower() not in _UTILITIES and not text.startswith(("css-", "sc-", "jsx-"))


def _is_scrambled(text: str) -> bool:
    # A natural word has a vowel every few letters, and capitals only where a word begins.
    return any(re.search(r"[^aeiouy]{5}", part.lower()) for part in re.split(r"[-_]", text))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
