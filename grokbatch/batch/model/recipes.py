"""Recipes, each of which describes one or more equal videos, and the numbered videos that are made of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grokbatch.batch.model.expectations import Expectations  # noqa: TC001 - pydantic looks it up
from grokbatch.batch.model.video import VideoOptions, VideoSpec
from grokbatch.batch.model.video_ids import base_for, numbered, slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grokbatch.batch.model.batch import Batch


@dataclass(frozen=True)
class Recipe:
    """The common description of `count` videos.

    `text` is the final prompt, `number` that of its prompt in the batch, from 1. `axes` are the names and values of the
    axes that the prompt mentions.
    """

    permalink: str
    text: str = field(repr=False)
    options: VideoOptions
    count: int
    number: int
    name: str | None = None
    axes: tuple[tuple[str, str], ...] = ()
    expect: Expectations | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words that the ids of its videos consist of, and that select them with -k."""
        named = [self.name] if self.name else []
        return tuple(filter(None, map(slug, (*named, *(value for _, value in self.axes)))))

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that select its videos with -m: the prompt's name, and one such as `camera_slow` for each axis."""
        named = [slug(self.name)] if self.name else []
        marks = [*named, *(f"{slug(axis)}_{slug(value)}" for axis, value in self.axes)]
        return tuple(dict.fromkeys(mark.replace("-", "_") for mark in marks if mark))


def videos(batch: Batch, made: Sequence[Recipe], address: Mapping[str, str]) -> list[VideoSpec]:
    """Return all videos of the recipes `made`; `address` has the address at which each permalink is opened."""
    specs: list[VideoSpec] = []
    numbers: Counter[str] = Counter()
    repetitions: Counter[str] = Counter()
    for recipe in made:
        base = base_for(recipe.words)
        first = _spec(batch, recipe, address[recipe.permalink])
        digest = first.digest
        for _ in range(recipe.count):
            numbers[base] += 1
            repetitions[digest] += 1
            name, index = numbered(base, numbers[base]), len(specs) + 1
            specs.append(replace(first, id=name, index=index, repetition=repetitions[digest]))
    return specs


def _spec(batch: Batch, recipe: Recipe, address: str) -> VideoSpec:
    return VideoSpec(
        id="",
        address=address,
        prompt=recipe.text,
        timeout=batch.timeout,
        max_wait=batch.max_wait,
        is_gated=batch.gate,
        permalink=recipe.permalink,
        options=recipe.options,
        number=recipe.number,
        name=recipe.name or "",
        axes=recipe.axes,
        marks=recipe.marks,
        words=recipe.words,
        expect=recipe.expect,
    )
