"""Expands a prompt to its variants: the combinations of its choices, axes and word lists."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grokbatch.batch.prompts.parser import Axis, Choice, Joint, Option, Part, Text, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from random import Random

# Marks the place where two texts are joined, until both are known. No prompt may contain this control character.
_JOINT = "\x1f"
_MEETING = re.compile(rf"(?<!\s){_JOINT}(?![\s,.;:!?)])")
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True)
class Variant:
    """One text that a prompt expands to; `axes` are its axes with their values, `weight` the weight in a draw."""

    text: str = field(repr=False)
    axes: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Vocabulary:
    """The values of the named axes, and the lines of the word lists."""

    axes: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)


def names_in(parts: Iterable[Part]) -> Iterator[Axis | Words]:
    """Yield every mention of an axis or a word list, including nested ones."""
    for part in parts:
        if isinstance(part, Choice):
            for option in part.options:
                yield from names_in(option.parts)
        elif isinstance(part, Axis | Words):
            yield part


def axes_in(parts: Iterable[Part]) -> list[str]:
    """Return the names of the axes that are mentioned, each once, in order."""
    return list(dict.fromkeys(each.name for each in names_in(parts) if isinstance(each, Axis)))


def factors(parts: Sequence[Part], known: Vocabulary) -> list[int]:
    """Return the number of possibilities of each choice, axis and word list, whose product is that of the combinations.

    An axis that is mentioned twice counts once.
    """
    ways = [_ways(part, known) for part in parts if isinstance(part, Words | Choice)]
    return [len(known.axes[name]) for name in axes_in(parts)] + ways


def _ways(part: Part, known: Vocabulary) -> int:
    if isinstance(part, Words):
        return len(known.words[part.name])
    if not isinstance(part, Choice):
        return 1
    # Elementary symmetric sums: the ways to pick `size` options, times the possibilities within each of these options.
    sums = [1] + [0] * part.most
    for option in part.options:
        ways = math.prod(_ways(inner, known) for inner in option.parts)
        for size in range(part.most, 0, -1):
            sums[size] += sums[size - 1] * ways
    return sum(sums[part.least :])


def expand(parts: Sequence[Part], known: Vocabulary) -> Iterator[Variant]:
    """Yield every variant once, in the order of the options in the prompt."""
    names = axes_in(parts)
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for values in itertools.product(*(known.axes[name] for name in names)):
        chosen = dict(zip(names, values, strict=True))
        for said in _said(parts, known, chosen):
            variant = _variant(parts, said, chosen)
            if (variant.text, variant.axes) not in seen:
                seen.add((variant.text, variant.axes))
                yield variant


def sample(parts: Sequence[Part], known: Vocabulary, chance: Random) -> Variant:
    """Return one random variant, drawn by weight without listing all of them."""
    chosen = {name: _one_of(known.axes[name], chance) for name in axes_in(parts)}
    return _variant(parts, _sampled(parts, known, chosen, chance), chosen)


@dataclass(frozen=True)
class _Said:
    """A part of a variant's text; `axes` are the names of the axes that it mentions."""

    text: str
    weight: float = 1.0
    axes: frozenset[str] = frozenset()


def _variant(parts: Sequence[Part], said: _Said, chosen: Mapping[str, str]) -> Variant:
    used = tuple((name, value) for name, value in chosen.items() if name in said.axes)
    text = _MEETING.sub(" ", said.text).replace(_JOINT, "") if _JOINT in said.text else said.text
    # An empty option leaves two spaces, which become one. The spaces of a prompt without syntax are not changed.
    is_plain = all(isinstance(part, Text | Joint) for part in parts)
    return Variant((text if is_plain else _SPACES.sub(" ", text)).strip(), used, said.weight)


def _said(parts: Sequence[Part], known: Vocabulary, chosen: Mapping[str, str]) -> Iterator[_Said]:
    for combination in itertools.product(*(list(_ways_of(part, known, chosen)) for part in parts)):
        yield _together(combination, "")


def _together(said: Sequence[_Said], between: str) -> _Said:
    if len(said) == 1:
        return said[0]
    axes = frozenset[str]().union(*(each.axes for each in said))
    return _Said(between.join(each.text for each in said), math.prod(each.weight for each in said), axes)


def _ways_of(part: Part, known: Vocabulary, chosen: Mapping[str, str]) -> Iterator[_Said]:
    if isinstance(part, Choice):
        for size in range(part.least, part.most + 1):
            for options in itertools.combinations(part.options, size):
                yield from _picked(options, part.between, known, chosen)
    elif isinstance(part, Words):
        yield from map(_Said, known.words[part.name])
    else:
        yield _fixed(part, chosen)


def _fixed(part: Text | Axis | Joint, chosen: Mapping[str, str]) -> _Said:
    if isinstance(part, Axis):
        return _Said(chosen[part.name], axes=frozenset({part.name}))
    return _Said(part.text if isinstance(part, Text) else _JOINT)


def _picked(options: Sequence[Option], between: str, known: Vocabulary, chosen: Mapping[str, str]) -> Iterator[_Said]:
    weight = math.prod(option.weight for option in options)
    for said in itertools.product(*(list(_said(option.parts, known, chosen)) for option in options)):
        yield _joined(said, between, weight)


def _joined(said: Sequence[_Said], between: str, weight: float) -> _Said:
    bare = [replace(each, text=each.text.strip()) for each in said] if len(said) > 1 else said
    told = _together(bare, between)
    return replace(told, weight=told.weight * weight)


def _sampled(parts: Sequence[Part], known: Vocabulary, chosen: Mapping[str, str], chance: Random) -> _Said:
    return _together([_way_of(part, known, chosen, chance) for part in parts], "")


def _way_of(part: Part, known: Vocabulary, chosen: Mapping[str, str], chance: Random) -> _Said:
    if isinstance(part, Words):
        return _Said(_one_of(known.words[part.name], chance))
    if not isinstance(part, Choice):
        return _fixed(part, chosen)
    size = part.least + int(chance.random() * (part.most - part.least + 1))
    options = _some_of(part.options, size, chance)
    if len(options) == 1:
        return _sampled(options[0].parts, known, chosen, chance)
    return _joined([_sampled(option.parts, known, chosen, chance) for option in options], part.between, 1.0)


def _some_of(options: Sequence[Option], size: int, chance: Random) -> list[Option]:
    # Efraimidis and Spirakis: a weighted draw without replacement takes the smallest values of -ln(u) / weight.
    ranks = [-math.log(1.0 - chance.random()) / option.weight for option in options]
    taken = sorted(range(len(options)), key=ranks.__getitem__)[:size]
    return [options[at] for at in sorted(taken)]


def _one_of(values: Sequence[str], chance: Random) -> str:
    return values[int(chance.random() * len(values))]
