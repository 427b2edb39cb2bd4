"""Reads the lists of videos that the page itself loads: they say which video was made with which prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

from grokbatch.site.api.listings import Listed, fuller, read_answers, read_assets
from grokbatch.site.api.prompt_text import is_same
from grokbatch.site.page.watcher import wake

if TYPE_CHECKING:
    from datetime import datetime

    from playwright.sync_api import Page, Request

    from grokbatch.site.locators.table import LocatorTable

_READERS = {"assets": read_assets, "answers": read_answers}
_KEPT = 5_000


@dataclass(frozen=True)
class ListedIds:
    """Ids of videos that the site lists: `ours` are new and have the prompt, `others` are old or have another one."""

    ours: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


class ListingListener:
    """Listens to one page for as long as it lives. Sends nothing."""

    def __init__(self, page: Page, table: LocatorTable) -> None:
        self._page, self._table = page, table
        self._prompt = ""
        self._listed: dict[str, tuple[int, Listed]] = {}
        self._moderated: dict[str, Listed] = {}
        self._count = 0
        page.on("requestfinished", self._finished)

    def listen_for(self, prompt: str) -> None:
        """Count videos with `prompt` as ours from now on."""
        self._prompt = prompt

    @property
    def mark(self) -> int:
        """A number below those of videos that are listed later."""
        return self._count

    def since(self, mark: int) -> ListedIds:
        """Return which of all listed videos were made with the prompt since `mark`, and which were not."""
        before = {video for video, (number, _) in self._listed.items() if number <= mark}
        latest = max((at for video in before if (at := self._listed[video][1].created_at)), default=None)
        new = {video: listed for video, (_, listed) in self._listed.items() if video not in before}
        ours = {video for video, listed in new.items() if self._is_ours(listed, latest)}
        # A new video that is listed without a prompt may be either.
        unknown = {video for video, listed in new.items() if listed.prompt is None and not _is_older(listed, latest)}
        return ListedIds(frozenset(ours), frozenset(before | (new.keys() - ours - unknown)))

    def by_prompt(self) -> ListedIds:
        """Return which listed videos have the prompt, whenever they were made, and which have another one."""
        told = {video: listed.prompt for video, (_, listed) in self._listed.items() if listed.prompt is not None}
        ours = frozenset(video for video, prompt in told.items() if is_same(prompt, self._prompt))
        return ListedIds(ours, frozenset(told) - ours)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all listed videos."""
        return frozenset(self._listed)

    @property
    def moderated_ids(self) -> frozenset[str]:
        """The ids of all videos that the site lists as moderated."""
        return frozenset(self._moderated)

    def moderated_since(self, moment: datetime) -> frozenset[str]:
        """Return which of them have the prompt and a time since `moment`."""
        told = [each for each in self._moderated.values() if each.prompt is not None and each.created_at is not None]
        new = [each for each in told if each.created_at is not None and each.created_at >= moment]
        return frozenset(each.video_id for each in new if each.prompt and is_same(each.prompt, self._prompt))

    def made_since(self, moment: datetime) -> frozenset[str]:
        """Return which listed videos have the prompt and were made since `moment`, by the times that the site tells."""
        ours = self.by_prompt().ours
        return frozenset(video for video in ours if (at := self._listed[video][1].created_at) and at >= moment)

    def _is_ours(self, listed: Listed, latest: datetime | None) -> bool:
        has_prompt = listed.prompt is not None and is_same(listed.prompt, self._prompt)
        return has_prompt and not _is_older(listed, latest)

    def _finished(self, request: Request) -> None:
        path = urlsplit(request.url).path
        kind = next((name for name in _READERS if self._table.has_path(name, path)), None)  # type: ignore[arg-type]
        if kind is None or request.method != "GET":
            return
        try:
            response = request.response()
            body = response.body() if response is not None and response.ok else b""
        except Error:
            return  # the browser has dropped it already
        self._note(_READERS[kind](body))

    def _note(self, told: tuple[Listed, ...]) -> None:
        before = (dict(self._listed), dict(self._moderated))
        for listed in told:
            # One list may tell the prompt of a video that another one told without.
            if listed.is_moderated:
                known = self._moderated.get(listed.video_id, listed)
                self._moderated[listed.video_id] = fuller(known, listed)
                continue
            if listed.video_id not in self._listed:
                self._count += 1
            number, known = self._listed.get(listed.video_id, (self._count, listed))
            self._listed[listed.video_id] = (number, fuller(known, listed))
        for kept in (self._listed, self._moderated):
            for oldest in [*kept][:-_KEPT]:
                del kept[oldest]
        if (self._listed, self._moderated) != before:
            wake(self._page)


def _is_older(listed: Listed, latest: datetime | None) -> bool:
    return latest is not None and listed.created_at is not None and listed.created_at <= latest
