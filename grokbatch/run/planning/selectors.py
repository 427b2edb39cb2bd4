"""Which videos a call selects, such as by `x.yaml::video-001` or `-k night`, and what to say if it selects none."""

from __future__ import annotations

import ast
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from grokbatch.batch.arguments import named_path
from grokbatch.batch.model.errors import nearest
from grokbatch.batch.model.paths import real_file
from grokbatch.record.storage.manifest_store import ManifestUnreadableError
from grokbatch.run.command_line.named_batches import typed_paths
from grokbatch.run.command_line.selection import Asked
from grokbatch.run.planning import last_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


def are_batches_alone(config: pytest.Config, plan: RunPlan) -> bool:
    """Whether the call names nothing that may hold tests besides its batches."""
    files = {batch.file for batch in plan.batches}
    named = [(config.invocation_params.dir / each.partition("::")[0]).resolve() for each in config.args]
    others = [path for path in named if path not in files]
    return not any(
        each.name != "conftest.py" for path in others for each in (path, *path.rglob("*.py")) if each.is_file()
    )


def to_make(plan: RunPlan, config: pytest.Config, *, is_anew: bool) -> int:
    """Return how many of the selected videos have anything left to do: no more workers are of use.

    `is_anew`: all of them have, whatever earlier runs have finished.
    """
    if not is_anew:
        # Else the error is shown when the run is opened.
        with suppress(ManifestUnreadableError):
            return sum(number for _, number in left_of(plan.batches, plan, config))
    return sum(1 for _ in selected_videos(plan, config))


def left_of(batches: Iterable[BatchPlan], plan: RunPlan, config: pytest.Config) -> list[tuple[BatchPlan, int]]:
    """Return how many of the selected videos are left of each batch; raises ManifestUnreadableError."""
    chosen = {(batch.path, video.id) for batch, video in selected_videos(plan, config)}
    return [
        (batch, sum((batch.path, video_id) in chosen for video_id in last_run.unfinished(batch, None)))
        for batch in batches
    ]


def selected_videos(plan: RunPlan, config: pytest.Config) -> Iterator[tuple[BatchPlan, VideoSpec]]:
    """Yield the videos that the call selects, as far as grokbatch can know: not what a conftest.py leaves out.

    Raises pytest.UsageError for an expression with a syntax error.
    """
    call = _Call.of(config)
    for batch in plan.batches:
        named, folders = call.videos_named_in(batch.file), call.folders_of(batch.path)
        for video in batch.videos:
            names = " ".join((*folders, batch.path.name, video.id, *video.words, *video.marks)).lower()
            if (
                plan.is_selected(batch, video.id)
                and (named is None or video.id in named)
                and not call.is_deselected(batch.path, video.id)
                and _may_hold("-k", call.keyword, lambda word, names=names: word.lower() in names)  # type: ignore[misc]
                and _may_hold("-m", call.markexpr, lambda word, video=video: word in video.marks)  # type: ignore[misc]
            ):
                yield batch, video


@dataclass(frozen=True)
class _Call:
    """What a call selects; `arguments` are absolute, `top` is the uppermost folder that pytest collects."""

    arguments: tuple[str, ...]
    keyword: str
    markexpr: str
    deselected: tuple[str, ...]
    root: Path
    top: Path

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        asked, given = Asked.of(config), config.getoption("confcutdir", None)
        top = config.rootpath if config.inipath is None else config.inipath.parent
        return cls(
            asked.arguments,
            asked.keyword,
            asked.markexpr,
            tuple(config.getoption("deselect", None) or ()),
            config.rootpath,
            config.invocation_params.dir / given if given else top,
        )

    def videos_named_in(self, file: Path) -> frozenset[str] | None:
        """Return the ids that are named, as in `x.yaml::video-001`; None if the file or its folder is named as well."""
        parts = [argument.partition("::") for argument in self.arguments]
        named = {name for path, _, name in parts if Path(path) == file}
        # A batch that no argument leads to was named in a way that is not known here.
        return frozenset(named) if named and "" not in named and not self._is_in_folder(file) else None

    def _is_in_folder(self, file: Path) -> bool:
        return any(Path(argument) in file.parents for argument in self.arguments)

    def folders_of(self, path: Path) -> list[str]:
        """Return the names of the folders that `-k` compares: those below the first one that pytest collects."""
        return [each.name for each in reversed(path.parents) if each not in self.top.parents][1:]

    def is_deselected(self, path: Path, video_id: str) -> bool:
        """Whether `--deselect` leaves a video out."""
        node_id = f"{Path(os.path.relpath(path, self.root)).as_posix()}::{video_id}"
        return node_id.startswith(self.deselected)


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
