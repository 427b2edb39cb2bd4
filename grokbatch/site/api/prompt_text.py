"""Compares prompts, although a site or its editor may have changed characters, spaces or formatting. Pure."""

# ruff: noqa: RUF001 - the signs that look alike are what this is about
from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Characters that editors put in place of typed ones, and the typed ones; only those that NFKC does not map so.
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—―⁃−﹘﹣－⸺⸻", "-")
    | dict.fromkeys("“”„‟«»〝〞〟＂″❝❞「」『』", '"')
    | dict.fromkeys("‘’‚‛‹›′´ʼʹ＇❛❜", "'")
    | dict.fromkeys("•‣◦▪∙", "*")
    | {"…": "...", "⋯": "...", "〜": "~", "→": "->", "←": "<-", "≠": "!=", "±": "+/-", "×": "x"}
    | {"²": "^2", "³": "^3", "½": "1/2", "¼": "1/4", "¾": "3/4", "©": "(c)", "®": "(r)", "™": "(tm)", "℠": "(sm)"}
    # They look like spaces, but are not spaces in Unicode.
    | dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " ")
)
# Invisible characters that are not of Unicode's category for format characters.
_UNSEEN = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_RUNS = (
    (re.compile(r"-{2,}"), "-"),
    (re.compile(r"\.{2,}"), "..."),
    (re.compile(r"''|<<|>>"), '"'),
    (re.compile(r"(?<=\d)\s?\*\s?(?=\d)"), "x"),
)
# What editors turn into a list, a heading or a quotation at the beginning of a line; then marks around words.
_MARKS = (
    (
        re.compile(r"^[^\S\n]*(?:(?:\d{1,9}[.)]|[-+*]|#{1,6}|>|\[[ xX]?\])(?:[^\S\n]+|$))+", re.MULTILINE),
        "",
    ),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"`"), "'"),
    (re.compile(r"(\*{2,3}|~~)(?=\S)((?:(?!\1)[^\n])+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])(\*|_{1,3})(?=\S)((?:(?!\1)[^\n])+?)(?<=\S)\1(?![\w*])"), r"\2"),
)
_FLAG = re.compile(r"(?:^|\s)(?:--|—|–)([A-Za-z][\w-]*)=\S+\s*$")


def fold(text: str) -> str:
    """Return `text` in the form for comparing: one form of dashes, quotes, ellipses and spaces, and no formatting.

    Words and their case stay. Folding a folded text changes nothing.
    """
    bare = _one_line(_settled(_unmarked, text))
    # On one line, marks may match that were on different lines before, such as the two ends of an emphasis.
    return _settled(_unmarked, bare) or _flat(text)


def is_same(one: str, other: str) -> bool:
    """Whether two texts are the same prompt; its lines may have been joined before their formatting was removed."""
    return fold(one) == fold(other) or _flat(one) == _flat(other)


def carried_by(prompt: str, strings: Iterable[str]) -> bool:
    """Whether one of `strings` is the prompt, alone or followed by flags; a part of another prompt does not count."""
    folded, flat = fold(prompt), _flat(prompt)
    sent = (each for text in strings for each in unflagged(text))
    return bool(folded) and any(each == prompt or fold(each) == folded or _flat(each) == flat for each in sent)


def unflagged(text: str) -> Iterator[str]:
    """Yield `text`, then `text` without its last flag such as ` --mode=custom`, and so on.

    A site adds each flag once: if a name comes twice, what is before the second one belongs to the prompt.
    """
    yield text
    names: set[str] = set()
    while (flag := _FLAG.search(text)) and flag[1].lower() not in names:
        names.add(flag[1].lower())
        text = text[: flag.start()]
        yield text


def _flat(text: str) -> str:
    """Return `text` on one line with plain characters; marks of formatting stay."""
    return _one_line(_settled(_plain, text))


def _settled(step: Callable[[str], str], text: str) -> str:
    while (changed := step(text)) != text:
        text = changed
    return text


def _unmarked(text: str) -> str:
    text = _plain(text)
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    return text


def _plain(text: str) -> str:
    text = _UNSEEN.sub("", text.translate(_SIGNS))
    unseen = [ord(sign) for sign in set(text) if not sign.isspace() and unicodedata.category(sign) in ("Cc", "Cf")]
    text = unicodedata.normalize("NFKC", text.translate(dict.fromkeys(unseen)))
    for pattern, sign in _RUNS:
        text = pattern.sub(sign, text)
    return "\n".join(_one_line(line) for line in text.splitlines())


def _one_line(text: str) -> str:
    return " ".join(text.split())
