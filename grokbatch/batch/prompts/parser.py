r"""Parses the prompt syntax, which has choices in braces, named axes and word lists, into a tree.

    {slow|fast}         one of these; choices may be nested, and an option may be empty: {|very }slow
    {a::3|b}, {3::a|b}  the same; when videos are drawn (`sample`), a comes up three times as often
    {2$$a|b|c}          every two of them, in their order, with a comma between; {1-2$$ and $$a|b|c} joins with " and "
    {camera}            the axis called camera; if it is mentioned twice, both have the same value
    __season__          a line of wordlists/season.txt
    \{ \} \| \_ \\ \$ \: \#   the character itself

This is a part of the "dynamic prompts" of the tools around Stable Diffusion. Left out are variables, samplers, open
ranges such as {2-$$a|b}, word lists in folders or with wildcards, and syntax within the lines of a word list: these
lines, like the values of an axis, are plain text. `prefix` and `suffix` have the same syntax as a prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPED = "{}|_\\$:#"
_PLAIN = re.compile(r"[^\\{}|_:$]+")
AXIS_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = re.compile(r"__([A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_))*)__")
_FOREIGN_WORDS = re.compile(r"__[^\s_|{}\\][^\s|{}\\]{0,80}?__")
_PICK = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?\$\$")
_WEIGHT = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_DEEPEST = 20


@dataclass(frozen=True)
class Slip:
    """One mistake in a prompt; `at` is the index of its character. The reason quotes nothing of the prompt."""

    reason: str
    at: int


class PromptSyntaxError(ValueError):
    """A prompt has mistakes in its syntax; `slips` holds all of them, in the order of the text."""

    def __init__(self, slips: Iterable[Slip]) -> None:
        self.slips = tuple(sorted(slips, key=lambda slip: slip.at))
        super().__init__("; ".join(slip.reason for slip in self.slips))


class _LostError(Exception):
    """After a mistake, the rest of the prompt cannot be parsed."""


@dataclass(frozen=True)
class Text:
    """Plain text."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Axis:
    """A mention of a named axis; `at` is its index in the prompt."""

    name: str = field(repr=False)
    at: int = field(compare=False)


@dataclass(frozen=True)
class Words:
    """A mention of a word list; `at` is its index in the prompt."""

    name: str = field(repr=False)
    at: int = field(compare=False)


@dataclass(frozen=True)
class Joint:
    """The place where two texts are joined: with a space, unless one is there or the second begins with punctuation."""


@dataclass(frozen=True)
class Option:
    """One option of a choice; `weight` matters only when a sample is drawn."""

    parts: tuple[Part, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Choice:
    """A choice of `least` to `most` of the options, in their order, joined with `between`."""

    options: tuple[Option, ...]
    least: int = 1
    most: int = 1
    between: str = field(default=", ", repr=False)


Part: TypeAlias = Text | Axis | Words | Joint | Choice


def parse(prompt: str) -> tuple[Part, ...]:
    """Return the parts of a prompt; raise PromptSyntaxError, whose message quotes nothing of the prompt."""
    reader = _Reader(prompt)
    try:
        parts = reader.sequence(0)
    except _LostError:
        parts = ()
    if reader.slips:
        raise PromptSyntaxError(reader.slips)
    return parts


class _Reader:
    """Parses a prompt; goes on after a mistake where it can, so that all mistakes are reported together."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.at = 0
        self.slips: list[Slip] = []

    def _slip(self, reason: str, at: int) -> None:
        self.slips.append(Slip(reason, at))

    def _lost(self, reason: str, at: int) -> NoReturn:
        self._slip(reason, at)
        raise _LostError

    def sequence(self, depth: int) -> tuple[Part, ...]:
        """Parse up to the end of an option, or, outside of all braces, up to the end of the prompt."""
        parts: list[Part] = []
        while self.at < len(self.prompt) and not self._is_at_end(depth):
            part = self._part(depth)
            if isinstance(part, Text) and parts and isinstance(parts[-1], Text):
                part = Text(parts.pop().text + part.text)  # type: ignore[union-attr]
            parts.append(part)
        return tuple(parts)

    def _is_at_end(self, depth: int) -> bool:
        sign = self.prompt[self.at]
        return depth > 0 and (sign in "}|" or self.prompt.startswith("::", self.at))

    def _part(self, depth: int) -> Part:
        if found := _PLAIN.match(self.prompt, self.at):
            return self._text(found[0], len(found[0]))
        sign, following = self.prompt[self.at], self.prompt[self.at + 1 : self.at + 2]
        if sign == "\\" and following and following in _ESCAPED:
            return self._text(following, 2)
        if sign == "{":
            return self._braces(depth + 1)
        if sign == "_" == following:
            return self._underscores()
        if depth and sign == "$" == following:
            reason = "$$ needs a number before it, as in {2$$a|b|c}: for literal signs, write \\$\\$"
            self._slip(reason, self.at)
            return self._text("$$", 2)
        if sign == "}":
            self._slip("a } without its {: for a literal brace, write \\}", self.at)
        return self._text(sign, 1)

    def _text(self, text: str, length: int) -> Text:
        self.at += length
        return Text(text)

    def _underscores(self) -> Part:
        at = self.at
        if found := _WORDS.match(self.prompt, at):
            self.at = found.end()
            return Words(found[1], at)
        if found := _FOREIGN_WORDS.match(self.prompt, at):
            self._slip("a word list has a name of letters, digits, - and _: for a literal _, write \\_", at)
            return self._text(found[0], len(found[0]))
        return self._text("__", 2)

    def _braces(self, depth: int) -> Part:
        start = self.at
        if depth > _DEEPEST:
            self._lost("is nested too deeply", start)
        self.at += 1
        pick = self._pick(start)
        options = [self._option(depth)]
        while self.prompt.startswith("|", self.at):
            self.at += 1
            options.append(self._option(depth))
        if not self.prompt.startswith("}", self.at):
            self._lost("a { without its }: for a literal brace, write \\{", start)
        self.at += 1
        if len(options) == 1 and pick is None:
            return self._axis(start)
        least, most, between = pick or (1, 1, ", ")
        if most > len(options):
            self._slip(f"asks for {most} of {len(options)} options", start)
        return Choice(tuple(options), least, most, between)

    def _pick(self, start: int) -> tuple[int, int, str] | None:
        found = _PICK.match(self.prompt, self.at)
        if found is None:
            return None
        self.at = found.end()
        least, most = int(found[1]), int(found[2] or found[1])
        if least > most or most == 0:
            self._slip(f"asks for at least {least} and at most {most} options", start)
            least = most = 1
        end = self.prompt.find("$$", self.at)
        stop = re.compile(r"[{}|]").search(self.prompt, self.at)
        if end < 0 or (stop and stop.start() < end):
            return least, most, ", "
        between, self.at = self.prompt[self.at : end], end + 2
        return least, most, between

    def _option(self, depth: int) -> Option:
        start = self.at
        parts = self.sequence(depth)
        if not self.prompt.startswith("::", self.at):
            return Option(parts)
        before, colons = self.prompt[start : self.at].strip(), self.at
        self.at += 2
        rest = self.sequence(depth)
        after = self.prompt[colons + 2 : self.at].strip()
        if self.prompt.startswith("::", self.at):
            self._slip("an option has one weight: for literal colons, write \\:\\:", self.at)
            while self.prompt.startswith("::", self.at):
                self.at += 2
                self.sequence(depth)
            return Option(parts)
        if _WEIGHT.fullmatch(after):
            return Option(parts, self._weight(after, colons + 2))
        if _WEIGHT.fullmatch(before):
            return Option(rest, self._weight(before, start))
        self._slip(":: needs a weight beside it, as in {a::3|b}: for literal colons, write \\:\\:", colons)
        return Option(parts)

    def _weight(self, text: str, at: int) -> float:
        if float(text) <= 0:
            self._slip("a weight must be more than 0", at)
        return float(text)

    def _axis(self, start: int) -> Axis:
        name = self.prompt[start + 1 : self.at - 1].strip()
        if not AXIS_NAME.fullmatch(name):
            reason = "braces around a single text choose nothing: for literal braces, write \\{ and \\}"
            self._slip(reason, start)
        return Axis(name, start)
