"""How the outcome of a video becomes the outcome of a pytest item."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from grokbatch.record.model.manifest import FileState
from grokbatch.record.model.outcome import Category, Status

if TYPE_CHECKING:
    import pytest

    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan


class VideoFailed(Exception):  # noqa: N818 - named like pytest's own outcomes
    """A video was not made, is not on disk, or is not what was expected; the text tells people why."""

    def __init__(self, record: VideoRecord) -> None:
        super().__init__("; ".join(shortcomings(record)) or "not made")


def shortcomings(record: VideoRecord) -> list[str]:
    """Return what is wrong with a video, a sentence each."""
    if record.category is not None:
        return [f"{record.category}: {record.message or record.category}"]
    if record.status is not Status.COMPLETED:
        return [record.message] if record.message else []
    files = [file for file in (record.download, record.hd) if file is not None and file.state is FileState.FAILED]
    lost = [f"{Category.DOWNLOAD_FAILED}: {file.message}; the video is on the site" for file in files]
    left = [f"not deleted on the site: {record.not_removed}; its file is on disk"] if record.not_removed else []
    return [*lost, *left, *(f"not as expected: {miss}" for miss in record.misses)]


class ItemResult(TypedDict):
    """What a report carries about its video, in types that xdist can send.

    `seconds` is how long the video took, `already` whether an earlier run made it.
    """

    batch: str
    video: str
    status: str
    category: str | None
    message: str
    seconds: float | None
    worker: str
    attempts: int
    shortcomings: list[str]
    file: str
    url: str | None
    video_id: str | None
    already: bool
    degraded: str


def item_result_of(batch: BatchPlan, record: VideoRecord, *, already: bool) -> ItemResult:
    """Return what a report says about its video: everything but the prompt."""
    return ItemResult(
        batch=batch.named_path,
        video=record.id,
        status=record.status.value,
        category=record.category.value if record.category else None,
        message=record.message,
        seconds=record.seconds,
        worker=record.worker or "",
        attempts=len(record.attempts),
        shortcomings=shortcomings(record),
        file=record.download.path if record.download else "",
        url=record.page_url,
        video_id=record.video_id,
        already=already,
        degraded=record.degraded,
    )


ATTRIBUTE = "grokbatch"
"""The attribute under which a report carries its ItemResult; xdist sends plain attributes along with a report."""


def attached(report: pytest.TestReport) -> ItemResult | None:
    """Return the ItemResult that `report` carries; None if it is not about a video."""
    return getattr(report, ATTRIBUTE, None)


CRASHED = "grokbatch_crashed"
"""The attribute that marks the report of a video whose worker died."""
