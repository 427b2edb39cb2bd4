"""Checks that what selects videos, such as `x.yaml::video-999` or `-k night`, matches any."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.arguments import named_path
from grokbatch.batch.model.errors import nearest
from grokbatch.batch.model.paths import real_file
from grokbatch.run.command_line.named_batches import typed_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan, RunPlan


def unknown_videos(plan: RunPlan, config: pytest.Config) -> list[str]:
    """Return a problem for each video that was typed, as in `x.yaml::video-999`, and is not in that batch."""
    return list(dict.fromkeys(_lines(plan, config)))


def nothing_selected(plan: RunPlan, config: pytest.Config) -> str | None:
    """Return the line that says that `-k` and `-m` match no video; None if neither was typed."""
    typed = {"-k": config.getoption("keyword", ""), "-m": config.getoption("markexpr", "")}
    names = {
        "-k": {name for batch in plan.batches for video in batch.videos for name in (video.id, *video.words)},
        "-m": {mark for batch in plan.batches for video in batch.videos for mark in video.marks},
    }
    asked = {option: text for option, text in typed.items() if text}
    if not asked:
        return None
    near = [found for option, text in asked.items() for word in re.findall(r"[\w-]+", text)
            if (found := nearest(word, names[option])) and found != word]  # fmt: skip
    meant = f", did you mean {near[0]}?" if near else ""
    return f"{' '.join(f'{option} {text!r}' for option, text in asked.items())}: no video matches{meant}"


def selected(plan: RunPlan, config: pytest.Config) -> int:
    """Return how many videos `-k` and `-m` may select; raises what `selected_videos` raises."""
    return sum(1 for _ in selected_videos(plan, config))


def selected_videos(plan: RunPlan, config: pytest.Config) -> Iterator[tuple[BatchPlan, VideoSpec]]:
    """Yield the videos that `-k` and `-m` may select, by names and marks.

    Raises pytest.UsageError for an expression with a syntax error.
    """
    keyword, marks = config.getoption("keyword", ""), config.getoption("markexpr", "")
    for batch in plan.batches:
        for video in batch.videos:
            names = " ".join((*batch.path.parts, video.id, *video.words, *video.marks)).lower()
            if (
                plan.is_selected(batch, video.id)
                and _may_hold("-k", keyword, lambda word, names=names: word.lower() in names)  # type: ignore[misc]
                and _may_hold("-m", marks, lambda word, video=video: word in video.marks)  # type: ignore[misc]
            ):
                yield batch, video


def _may_hold(option: str, expression: str, is_so: Callable[[str], bool]) -> bool:
    """Whether a `-k` or `-m` expression may be true, as an empty one is; `is_so` returns whether a word of it is."""
    if not expression.strip() or "=" in expression:
        return True  # only pytest can evaluate arguments of marks
    said = re.sub(r"[^\s()]+", lambda word: word[0] if word[0] in _OPERATORS else str(is_so(word[0])), expression)
    try:
        return _holds(ast.parse(said.strip(), mode="eval").body)
    except SyntaxError:
        raise pytest.UsageError(f"{option} {expression!r}: is not an expression such as 'night and not fast'") from None


_OPERATORS = frozenset({"and", "or", "not"})


def _holds(node: ast.expr) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(map(_holds, values))
        case ast.BoolOp(values=values):
            return any(map(_holds, values))
        case ast.UnaryOp(operand=operand):
            return not _holds(operand)
        case ast.Constant(value=value):
            return bool(value)
    raise SyntaxError


def _lines(plan: RunPlan, config: pytest.Config) -> Iterator[str]:
    here = config.invocation_params.dir
    batches = {batch.file: batch for batch in plan.batches}
    for word in typed_paths(config):
        _, colons, name = word.partition("::")
        batch = batches.get(real_file(named_path(word, here))) if colons else None
        if batch is not None and name not in {video.id for video in batch.videos}:
            yield f"{batch.display}: has no video {name!r}{_meant(name, batch)}"


def _meant(name: str, batch: BatchPlan) -> str:
    ids = [video.id for video in batch.videos]
    near = nearest(name, ids)
    ends = ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}"
    return f", did you mean {near}? It has {ends}" if near else f"; it has {ends}"
