"""Chooses the combinations to make: all that are not excluded, or a random sample of them, up to a limit.

Each chosen combination becomes one recipe for each of its images.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from grokbatch.batch.model.recipes import Recipe
from grokbatch.batch.model.video import VideoOptions
from grokbatch.batch.prompts.expansion import Variant, Vocabulary, expand, factors, sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grokbatch.batch.model.batch import Batch, PromptEntry
    from grokbatch.batch.prompts.parser import Part

MOST_LISTED = 20_000
"""If there are more combinations than this, a sample is drawn at random without listing all of them."""

_MOST_FACTORS = 12
_MOST_SHARES = 3
_TRIES = 20
_ENDLESS = 10**18


class TooManyError(ValueError):
    """There are more videos than the batch allows; the message shows the calculation."""


class TooFewError(ValueError):
    """There are fewer combinations than the sample asks for; the message says how many."""


@dataclass(frozen=True)
class Source:
    """A prompt of the batch: its number, from 1, its entry, and the parts that its text was parsed into."""

    number: int
    entry: PromptEntry
    parts: tuple[Part, ...] = field(repr=False)


Chosen = tuple[Source, Variant]


def combine(batch: Batch, sources: Sequence[Source], known: Vocabulary) -> list[Chosen]:
    """Return the chosen variants of the prompts, in order.

    Raises TooFewError, and TooManyError; the latter before a list would become too long for the memory.
    """
    ways = [math.prod(factors(source.parts, known)) for source in sources]
    if batch.sample is not None:
        chosen = _drawn(batch, sources, known, ways)
        _check_total(batch, sum(_each(batch, source) for source, _ in chosen), [])
        return chosen
    shares = [number * _each(batch, source) for number, source in zip(ways, sources, strict=True)]
    may_be_less = batch.exclude or any(number > 1 for number in ways)
    if not may_be_less or sum(ways) > max(MOST_LISTED, batch.max_videos):
        _check_total(batch, sum(shares), _told(batch, sources, known, shares))
    chosen = list(_listed(batch, sources, known))
    total = sum(_each(batch, source) for source, _ in chosen)
    _check_total(batch, total, _told(batch, sources, known, shares) if total == sum(shares) else [])
    return chosen


def recipes(batch: Batch, chosen: Iterable[Chosen]) -> tuple[Recipe, ...]:
    """Return the recipes of the chosen variants, sorted by image."""
    made = [_recipe(batch, *each, link) for each in chosen for link in links_of(batch, each[0])]
    order = {link: at for at, link in enumerate(dict.fromkeys(recipe.permalink for recipe in made))}
    return tuple(sorted(made, key=lambda recipe: order[recipe.permalink]))


def _recipe(batch: Batch, source: Source, variant: Variant, permalink: str) -> Recipe:
    entry = source.entry
    return Recipe(
        permalink=permalink,
        text=variant.text,
        options=VideoOptions(
            entry.duration or batch.duration,
            entry.resolution or batch.resolution,
            entry.aspect or batch.aspect,
            entry.preset or batch.preset,
        ),
        count=entry.count or batch.count,
        number=source.number,
        name=entry.name,
        axes=variant.axes,
        expect=entry.expect,
    )


def links_of(batch: Batch, source: Source) -> Sequence[str]:
    """Return the permalinks of the images that the videos of a prompt start from."""
    if source.entry.permalink is not None:
        return [source.entry.permalink]
    return batch.permalinks or ([batch.permalink] if batch.permalink else [])


def _each(batch: Batch, source: Source) -> int:
    return (source.entry.count or batch.count) * len(links_of(batch, source))


def _check_total(batch: Batch, total: int, told: Sequence[str]) -> None:
    if total <= batch.max_videos:
        return
    limit = f"more than max_videos ({batch.max_videos:,})"
    if len(told) == 1:
        raise TooManyError(f"{told[0]} videos, {limit}")
    raise TooManyError(f"{_number(total)} videos, {limit}" + (f": {', '.join(told)}" if told else ""))


def _told(batch: Batch, sources: Sequence[Source], known: Vocabulary, shares: Sequence[int]) -> list[str]:
    """Return how many videos each prompt asks for, as calculations, the largest first."""
    order = sorted(range(len(sources)), key=lambda at: -shares[at])
    sums = [_arithmetic(batch, sources[at], known) for at in order[:_MOST_SHARES]]
    if len(sources) == 1:
        return sums
    told = [f"{text} from prompt {sources[at].number}" for text, at in zip(sums, order, strict=False)]
    rest = order[_MOST_SHARES:]
    others = "1 other" if len(rest) == 1 else f"{len(rest):,} others"
    return [*told, *([f"{_number(sum(shares[at] for at in rest))} from {others}"] if rest else [])]


def _arithmetic(batch: Batch, source: Source, known: Vocabulary) -> str:
    numbers = [*factors(source.parts, known), source.entry.count or batch.count, len(links_of(batch, source))]
    shown = [number for number in numbers if number != 1] or [1]
    total = _number(math.prod(shown))
    if len(shown) == 1:
        return total
    more = ["…"] if len(shown) > _MOST_FACTORS else []
    return f"{' x '.join([*map(_number, shown[:_MOST_FACTORS]), *more])} = {total}"


def _number(number: int) -> str:
    return f"{number:,}" if number < _ENDLESS else "endlessly many"


def _listed(batch: Batch, sources: Iterable[Source], known: Vocabulary) -> Iterator[Chosen]:
    for source in sources:
        for variant in expand(source.parts, known):
            if not _is_excluded(variant, batch):
                yield source, variant


def _is_excluded(variant: Variant, batch: Batch) -> bool:
    axes = dict(variant.axes)
    return any(_matches(axes, each) for each in batch.exclude)


def _matches(axes: Mapping[str, str], combination: Mapping[str, str | list[str]]) -> bool:
    return all(axes.get(name) in ([told] if isinstance(told, str) else told) for name, told in combination.items())


def _drawn(batch: Batch, sources: Sequence[Source], known: Vocabulary, ways: Sequence[int]) -> list[Chosen]:
    wanted = batch.sample or 0
    if sum(ways) > max(MOST_LISTED, 2 * wanted):
        return _by_chance(batch, sources, known, ways, wanted)
    listed = list(_listed(batch, sources, known))
    if len(listed) < wanted:
        raise TooFewError(f"asks for {wanted:,} of {len(listed):,} combinations")
    ranked = sorted(range(len(listed)), key=lambda at: _rank(listed[at][1], batch.seed))
    return [listed[at] for at in sorted(ranked[:wanted])]


def _rank(variant: Variant, seed: int) -> float:
    # The rank depends only on the seed and the variant, so that a new option changes few of the drawn variants.
    # Efraimidis and Spirakis: a weighted draw without replacement takes the smallest values of -ln(u) / weight.
    told = hashlib.sha256(f"{seed} {variant.axes} {variant.text}".encode()).digest()
    even = (int.from_bytes(told[:8], "big") + 1) / 2.0**64
    return -math.log(min(even, 1.0)) / min(max(variant.weight, 1e-300), 1e300)


def _by_chance(
    batch: Batch, sources: Sequence[Source], known: Vocabulary, ways: Sequence[int], wanted: int
) -> list[Chosen]:
    chance = Random(batch.seed)  # noqa: S311 - a draw that can be repeated, not a secret
    found: dict[tuple[int, str, tuple[tuple[str, str], ...]], Chosen] = {}
    for _ in range(_TRIES * wanted):
        source = sources[_at(ways, chance)]
        variant = sample(source.parts, known, chance)
        if not _is_excluded(variant, batch):
            found.setdefault((source.number, variant.text, variant.axes), (source, variant))
        if len(found) == wanted:
            return sorted(found.values(), key=lambda each: each[0].number)
    raise TooFewError(f"asks for {wanted:,}, but only {len(found):,} came up in {_TRIES * wanted:,} draws")


def _at(ways: Sequence[int], chance: Random) -> int:
    """Return a random index, weighted by the numbers `ways`, which may be too large for a float."""
    left = int(chance.random() * 2**53) * sum(ways) >> 53
    for at, number in enumerate(ways):
        left -= number
        if left < 0:
            return at
    return 0
