"""`--share`: a copy of report, wall and films to hand on, at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.runlog import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grokbatch.run.plan import BatchPlan


def share(batch: BatchPlan, began_at: datetime, now: datetime, notice: Callable[[str], None]) -> None:
    """Write the copy of a run that began at `began_at`, of the picks only if there are any; faults become notices."""
    # Imported here: only this option needs it.
    from grokbatch.review.share.folder import build_share

    directory = batch.run_directory
    try:
        left_out = build_share(directory, batch.store().read(), began_at, now, batch.files.picks)
    except OSError as error:
        notice(f"{batch.display}: {error.filename or directory.share}: {error.strerror}; not shared")
        LOGGER.error("%s: the copy to hand on could not be written: %s", batch.display, error.strerror)
        return
    notice(f"{batch.display}: a copy to hand on: {directory.share}")
    for name in left_out:
        notice(f"{batch.display}: {name} is not in the copy: the file itself tells where it comes from")
