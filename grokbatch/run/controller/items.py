"""Which video each of pytest's items is, as the processes that collected them have told; and what follows from that."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grokbatch.batch.model.hosts import HERE
from grokbatch.record.rules import unresolved_attempts
from grokbatch.run.controller.scheduler import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan, RunPlan
    from grokbatch.run.worker.video_items import VideoItem


class RunItems:
    """The items of a run by their node ids; of each, the batch, or the part of one, and the id of its video."""

    def __init__(self, plan: RunPlan) -> None:
        self._plan = plan
        self._has_several_accounts = any(part.part for part in plan.parts)
        self._videos: dict[str, tuple[BatchPlan, str]] = {}

    def add(self, told: Iterable[tuple[str, str, str]]) -> None:
        """Take the items that a worker has collected: of each its node id, the key of its batch, and its video's id."""
        for node_id, key, video_id in told:
            batch = next(each for each in self._plan.batches if key in (each.key, *each.keys))
            self._videos[node_id] = (batch.part_of(video_id), video_id)

    def add_own(self, items: Iterable[VideoItem]) -> None:
        """Take the items of this process, when there are no workers."""
        self._videos.update({item.nodeid: (item.batch, item.video.id) for item in items})

    def of(self, node_id: str) -> tuple[BatchPlan, str] | None:
        """Return the batch and the id of an item's video; None if the item is not a video."""
        return self._videos.get(node_id)

    def batch_of(self, node_id: str) -> BatchPlan | None:
        """Return the batch of an item's video, or the part of one; None if the item is not a video."""
        return self._videos[node_id][0] if node_id in self._videos else None

    def record_of(self, node_id: str) -> tuple[BatchPlan, VideoRecord] | None:
        """Return the batch and the record of an item's video; None if the item is not a video."""
        if node_id not in self._videos:
            return None
        batch, video_id = self._videos[node_id]
        return batch, batch.view.manifest().videos[video_id]

    def selected(self, batch: BatchPlan) -> tuple[str, ...]:
        """Return the ids of the batch's videos that this run is to make."""
        return tuple(video_id for each, video_id in self._videos.values() if each.path == batch.path)

    def account_of(self, node_id: str) -> str:
        """Return the account that makes an item's video, by its name in the batch; empty if no batch has several."""
        batch = self.batch_of(node_id)
        return (batch.part or batch.account) if batch is not None and self._has_several_accounts else ""

    def numbers(self) -> dict[str, tuple[int, int]]:
        """Return of each account how many videos there are, and how many earlier runs have finished."""
        final = {
            (batch.path, video.id)
            for batch in self._plan.batches
            for video in batch.store().read().videos.values()
            if video.is_final and not video.lacks(batch.files.wanted_of(video.id))
        }
        total, done = Counter[str](), Counter[str]()
        for node_id, (batch, video_id) in self._videos.items():
            total[self.account_of(node_id)] += 1
            done[self.account_of(node_id)] += (batch.path, video_id) in final
        return {account: (number, done[account]) for account, number in total.items()}

    # what the scheduler asks

    def cut_off_first(self) -> Callable[[str], bool]:
        """Return a function that says of an item's node id whether its video was submitted and its end not seen.

        The results of these videos are searched for on the page before anything new is submitted.
        """
        found = {
            (batch.path, video.id)
            for batch in self._plan.batches
            for video in batch.store().read().videos.values()
            if unresolved_attempts.unresolved_attempt(video) is not None
        }

        def is_cut_off(node_id: str) -> bool:
            batch, video_id = self._videos.get(node_id, (None, ""))
            return batch is not None and (batch.path, video_id) in found

        return is_cut_off

    def page_of_item(self) -> Callable[[str], Page]:
        """Return a function that maps an item's node id to its account and the address of its page."""
        known = {
            (part.path, video.id): Page(f"{part.account} {part.site}", video.address)
            for part in self._plan.parts
            for video in part.videos
        }

        def page_of(node_id: str) -> Page:
            batch, video_id = self._videos.get(node_id, (None, ""))
            return known.get((batch.path, video_id), Page()) if batch else Page()

        return page_of

    def may_take(self, worker: str, node_id: str) -> bool:
        """Whether a worker, by its name, may make an item's video: its host uses the video's account."""
        batch = self.batch_of(node_id)
        if not self._plan.hosts or batch is None:
            return True
        host, dash, _ = worker.rpartition("-")
        return self._plan.host_use(host if dash else HERE).takes(batch)
