"""The site's state: posts, videos, submits, the quota. Used from the server's event loop only."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from grokbatch.demo.clips.clips import USUAL
from grokbatch.demo.state.journal import Journal, digest
from grokbatch.demo.state.persistence import SavedVideos
from grokbatch.demo.state.timetable import plan
from grokbatch.demo.state.video import Refusal, Video, Wish, refusal_of

if TYPE_CHECKING:
    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.scenario.values import Transfer
    from grokbatch.demo.state.journal import Event
    from grokbatch.demo.state.sessions import Session, Sessions

MAX_POSTS = 10_000
MAX_CLEARANCES = 1_000
_EARLIER = timedelta(hours=1)


@dataclass
class SiteState:
    """The state that a reset deletes."""

    scenario: Scenario
    sessions: Sessions
    memory: SavedVideos = field(default_factory=SavedVideos)
    journal: Journal = field(default_factory=Journal)
    accepted: Counter[str] = field(default_factory=Counter)
    upscaled: set[str] = field(default_factory=set)
    clearances: deque[str] = field(default_factory=lambda: deque(maxlen=MAX_CLEARANCES))
    _numbers: int = 0
    _throttled_visits: int = 0
    _reserved: set[int] = field(default_factory=set)
    _limited_at: dict[str, datetime] = field(default_factory=dict)
    _used: Counter[str] = field(default_factory=Counter)
    _windows: dict[str, datetime] = field(default_factory=dict)
    _posts: dict[str, list[Video]] = field(default_factory=dict)
    _videos: dict[str, Video] = field(default_factory=dict)
    _by_post: dict[str, Video] = field(default_factory=dict)
    _roots: dict[str, str] = field(default_factory=dict)
    _finished: dict[str, Video] = field(default_factory=dict)
    _fetched: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for kept in self.memory.recall():
            self.post(kept.root_id)
            video = Video(
                kept.id, kept.post_id, kept.root_id, user=kept.user, video_file=kept.video_file, created=kept.created
            )
            self._add(video)
            self._finished[video.id] = video
            self.upscaled |= {video.id} if kept.upscaled else set()

    @property
    def wants_human(self) -> bool:
        """Whether a human check blocks browsers without a clearance."""
        after, visits = self.scenario.human_check_after, self.scenario.throttle_escalates_after
        is_due = after is not None and self.accepted.total() >= after
        return self.scenario.human_check or is_due or (visits is not None and self._throttled_visits > visits)

    @property
    def is_broken(self) -> bool:
        """Whether the site answers every request with an error."""
        after = self.scenario.broken_after
        return after is not None and self.accepted.total() >= after

    def is_throttled(self, user: str) -> bool:
        """Whether the page keeps the submit button of `user` disabled."""
        after = self.scenario.throttled_after
        return after is not None and self.accepted[user] >= after

    def visit(self, session: Session, post_id: str) -> None:
        """Record that a page was opened, which prolongs a throttle."""
        self.journal.note("open", session=session.name, user=session.user, post=post_id)
        self._throttled_visits += self.is_throttled(session.user)

    def left(self, user: str) -> int | None:
        """Return how many more submits of `user` will be accepted; None: any number."""
        quota = self.scenario.quota_of.get(user, self.scenario.quota)
        if quota is None:
            return None
        end = self._window_end(user)
        if end is not None and end <= datetime.now(UTC):
            del self._windows[user], self._used[user]
        return max(0, quota - self._used[user])

    def _window_end(self, user: str) -> datetime | None:
        """Return when the quota of `user` is full again; None if it is full, or never will be."""
        if self.scenario.quota_window is None or user not in self._windows:
            return None
        return self._windows[user] + timedelta(seconds=self.scenario.quota_window)

    def next_available(self, user: str) -> datetime | None:
        """Return when the limit of `user` ends; None if there is none or the site does not say."""
        if self.left(user) != 0 or self.scenario.retry_after is None:
            self._limited_at.pop(user, None)
            return None
        if self.scenario.retry_after == "window":
            return self._window_end(user)
        since = self._limited_at.setdefault(user, datetime.now(UTC))
        return since + timedelta(seconds=self.scenario.retry_after)

    def post(self, post_id: str) -> list[Video] | None:
        """Return the videos shown on post `post_id`, or None when there is no such post."""
        if post_id in self._by_post:
            return self._posts[self._by_post[post_id].root_id]
        if post_id not in self._posts:
            if len(self._posts) >= MAX_POSTS:
                return None
            self._posts[post_id] = []
            for index in range(self.scenario.earlier_videos):
                self._add(self._earlier(post_id, index))
        return self._posts[post_id]

    def foreign(self, post_id: str, what: str, count: int) -> list[dict[str, Any]]:
        """Return `count` videos of other people in the form of a listing, the same ones each time."""
        return [self.listed(self._foreign(post_id, f"{what}-{index}")) for index in range(count)]

    def _foreign(self, post_id: str, name: str) -> Video:
        video_id, own_post = (str(uuid.uuid5(uuid.UUID(post_id), f"{what}-{name}")) for what in ("video", "post"))
        return self._videos.setdefault(video_id, Video(video_id, own_post, own_post, user=f"somebody-{name}"))

    def root_of(self, post_id: str) -> str:
        """Return the image post that `post_id` belongs to."""
        own = self._by_post.get(post_id)
        return post_id if own is None else own.root_id

    def conversation(self, post_id: str, user: str) -> str:
        """Return the id of the conversation that `user` has about the image of `post_id`."""
        root = self.root_of(post_id)
        conversation = str(uuid.uuid5(uuid.UUID(root), f"conversation-{user}"))
        self._roots[conversation] = root
        return conversation

    def picture_of(self, root: str) -> str:
        """Return the id of the picture of an image's post."""
        return str(uuid.uuid5(uuid.UUID(root), "picture")) if self.scenario.picture_has_own_id else root

    def root_of_conversation(self, conversation: str, user: str) -> str | None:
        """Return the image of a conversation of `user`, or None if there is no such conversation yet."""
        root = self._roots.get(conversation)
        return root if root is not None and self.conversation(root, user) == conversation else None

    def images(self) -> list[str]:
        """Return the image posts that were opened so far."""
        return list(self._posts)

    def seen_by(self, user: str, post_id: str) -> list[Video]:
        """Return the videos of a post that `user` may see: the earlier ones, and the user's own."""
        return [video for video in self.post(post_id) or [] if video.is_earlier or video.user == user]

    def selected(self, post_id: str) -> str | None:
        """Return the id of the video whose own post this is, or None for an image's post."""
        own = self._by_post.get(post_id)
        return None if own is None else own.id

    def video(self, video_id: str) -> Video | None:
        """Return a video by its id."""
        return self._videos.get(video_id)

    def listed(self, video: Video) -> dict[str, Any]:
        """Return what a post's listing says of `video`."""
        facts: dict[str, Any] = {"id": video.id, "postId": video.post_id, "state": video.state}
        facts |= {"aspectRatio": video.video_file.aspect, "resolutionName": video.video_file.resolution}
        facts["thumbnailImageUrl"] = f"{video.folder}/preview_image.jpg"
        if video.state == "done":
            facts["videoUrl"] = self.file_of(video)
        if video.id in self.upscaled:
            facts["hdUrl"] = self.hd_file_of(video)
        return facts

    def file_of(self, video: Video) -> str:
        """Return the path of the file of `video`, relative to the assets' origin."""
        known = self.scenario.layout == "known"
        return f"{video.folder}/generated_video.mp4" if known else f"clips/{video.id}/video.mp4"

    def hd_file_of(self, video: Video) -> str:
        """Return the path of the upscaled file of `video`."""
        return f"{video.folder}/generated_video_hd.mp4"

    def transfer(self, video: Video) -> Transfer:
        """Return how the file of `video` is transferred this time."""
        ways = self.scenario.transfers.get(video.number or 0, ())
        self._fetched[video.id] += 1
        fetched = self._fetched[video.id]
        return ways[fetched - 1] if fetched <= len(ways) else self.lasting_transfer(video)

    def lasting_transfer(self, video: Video) -> Transfer:
        """Return how the file of `video` is always transferred, to everybody."""
        return self.scenario.every_transfer.get(video.number or 0, "whole")

    def upscale(self, video: Video) -> None:
        """Record that `video` has a larger file from now on."""
        self.upscaled.add(video.id)
        self._keep()

    def remove(self, video: Video) -> None:
        """Delete `video`, its file and its own post for good."""
        self._posts[video.root_id].remove(video)
        del self._videos[video.id], self._by_post[video.post_id]
        if self._finished.pop(video.id, None) is not None:
            self._keep()

    def _keep(self) -> None:
        self.memory.keep(self._finished.values(), self.upscaled)

    def reserve(self, session: Session, post_id: str) -> int | None:
        """Return the submit number of the coming click, or None if the page is to ignore that click."""
        number = self._take_number()
        if self.scenario.script(number).kind == "ignored_click":
            self.journal.note("ignored_click", session=session.name, user=session.user, number=number, post=post_id)
            return None
        self._reserved.add(number)
        return number

    def submit(
        self, session: Session, post_id: str, wish: Wish, *, address: str = "", barred: Refusal | None = None
    ) -> Video | Refusal:
        """Start a generation on `post_id` and return it, or the refusal; `barred` is a refusal known already.

        Needs a running event loop.
        """
        facts = self._facts(session, post_id, wish, address)
        refusal = barred or self._refusal(session, post_id, wish)
        # A video that the page starts by itself has no number: the scenario numbers only what people submit.
        number = None if refusal or wish.event != "submit" else self._number_for(wish.reserved)
        refusal = refusal or refusal_of(self.scenario.script(number or 0, self.root_of(post_id)).kind)
        if refusal is not None:
            self.journal.note("refused", number=number, outcome=refusal, **facts)
            return refusal
        video = self._started(number, post_id, session.user, wish)
        self.journal.note(wish.event, number=number, video=video.id, **facts)
        self._add(video)
        assert video.plan is not None  # noqa: S101 - just made
        asyncio.get_running_loop().call_later(video.plan.end, self._note_outcome, video, facts)
        self._count(session.user)
        return video

    def note_other(self, event: Event, session: Session, post_id: str, wish: Wish, address: str = "") -> None:
        """Record a submit that is accepted and makes no video."""
        self.journal.note(event, **self._facts(session, post_id, wish, address))

    def _facts(self, session: Session, post_id: str, wish: Wish, address: str) -> dict[str, Any]:
        facts = {"session": session.name, "user": session.user, "post": post_id, "address": address}
        return facts | {"prompt": digest(wish.prompt), "options": wish.told}

    def _refusal(self, session: Session, post_id: str, wish: Wish) -> Refusal | None:
        if self.left(session.user) == 0:
            return "rate_limited"
        if self.is_throttled(session.user):
            return "throttled"
        if self.post(post_id) is None:
            return "no_such_post"
        is_illegal = self.scenario.free_account and wish.video_file.seconds > USUAL.seconds
        return "illegal_option" if is_illegal else None

    def _count(self, user: str) -> None:
        self.accepted[user] += 1
        self._used[user] += 1
        self._windows.setdefault(user, datetime.now(UTC))
        if self.accepted[user] == self.scenario.signed_out_after_of.get(user, self.scenario.signed_out_after):
            self.sessions.expire(user)
            self.journal.note("signed_out", user=user)

    def _note_outcome(self, video: Video, facts: dict[str, Any]) -> None:
        assert video.plan is not None  # noqa: S101 - only generations are timed
        if video.id not in self._videos:
            return  # it was cancelled
        self.journal.note("outcome", number=video.number, video=video.id, outcome=video.plan.ending, **facts)
        if video.plan.ending == "success":
            self._finished[video.id] = video
            self._keep()

    def _started(self, number: int | None, post_id: str, user: str, wish: Wish) -> Video:
        lowered, video_file = self.scenario.lowers_resolution_after, wish.video_file
        if lowered is not None and self.accepted[user] >= lowered:
            video_file = replace(video_file, resolution="480p")
        return Video(
            id=str(uuid.uuid4()),
            post_id=str(uuid.uuid4()),
            root_id=(root := self.root_of(post_id)),
            number=number,
            plan=plan(self.scenario, number or 0, root),
            started=time.monotonic(),
            user=user,
            video_file=video_file,
            prompt=wish.prompt,
        )

    def _earlier(self, post_id: str, index: int) -> Video:
        base = uuid.UUID(post_id)
        video_id, own_post = (uuid.uuid5(base, f"{what}-{index}") for what in ("video", "post"))
        created = datetime.now(UTC) - _EARLIER * (self.scenario.earlier_videos - index)
        return Video(str(video_id), str(own_post), post_id, prompt=f"an earlier idea, {index + 1}", created=created)

    def _add(self, video: Video) -> None:
        self._posts[video.root_id].append(video)
        self._videos[video.id] = video
        self._by_post[video.post_id] = video

    def _take_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _number_for(self, reserved: int | None) -> int:
        if reserved in self._reserved:
            self._reserved.discard(reserved)
            return reserved
        return self._take_number()
