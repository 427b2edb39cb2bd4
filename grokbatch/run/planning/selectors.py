"""Whether what is typed beside a batch file, such as `::video-999` or `-k night`, is said of any of its videos."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grokbatch.batch.arguments import named_path
from grokbatch.batch.model.errors import nearest
from grokbatch.batch.model.paths import real_file
from grokbatch.run.command_line.named_batches import typed_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from grokbatch.run.plan import BatchPlan, RunPlan


def unknown_videos(plan: RunPlan, config: pytest.Config) -> list[str]:
    """Return a line for each video that was typed as `x.yaml::video-999` and is not in that batch."""
    return list(dict.fromkeys(_lines(plan, config)))


def nothing_selected(plan: RunPlan, config: pytest.Config) -> str | None:
    """Return the line that says which of `-k` and `-m` leaves no video; None if neither was typed."""
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
