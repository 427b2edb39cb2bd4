"""`--picks`: a run that only works on the picked videos and makes none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.manifest_store import ManifestUnreadableError
from grokbatch.record.storage.picks import PicksError, read_picks
from grokbatch.review.invocation import invocation

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.run.plan import RunPlan


def with_picks(plan: RunPlan, file: Path) -> RunPlan:
    """Return the plan with only the videos that `file` keeps; raises pytest.UsageError."""
    if len(plan.batches) != 1:
        raise pytest.UsageError("--picks: is about one batch; name only that one")
    batch = plan.batches[0]
    if not batch.store().exists():
        raise pytest.UsageError(
            f"--picks: {batch.display} was not run yet; to run it: {invocation().run} {batch.display}"
        )
    try:
        manifest = batch.store().read()
        kept = read_picks(file, manifest=manifest.id, videos=choosable(manifest)).kept
    except (PicksError, ManifestUnreadableError) as error:
        raise pytest.UsageError(str(error)) from None
    # A video that is not made, or was edited since, is left out: the run would make it, though nobody picked that one.
    # So are earlier versions, which no run works on.
    digests = {video.id: video.digest for video in batch.videos}
    made = [
        name
        for name in kept
        if name in manifest.videos
        and manifest.videos[name].status is Status.COMPLETED
        and digests.get(name) == manifest.videos[name].digest
    ]
    if not made:
        raise pytest.UsageError(
            f"{file}: keeps no video that is made; press K on the videos to keep, then save the picks"
        )
    return replace(
        plan,
        batches=(replace(batch, files=replace(batch.files, picks=tuple(made))),),
        resumed={batch.key: tuple(made)},
    )
