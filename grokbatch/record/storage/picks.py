"""Reads `picks.yaml`: the user's choice among the videos of a batch, saved by the wall or written by hand. For example:

version: 1
batch: "landscape"
manifest: "2f9d…"
saved_at: "2026-11-22T10:00:00Z"
picks:
  - {id: "video-001", rating: 4, keep: true}
  - {id: "video-003", rating: null, keep: false}
  - {id: "video-007", rating: null, keep: null, maybe: true, note: "hands?", tags: ["calm"], rank: 2}

The last four keys are left out where they are not set; files of older versions have none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from grokbatch.batch.model.errors import Problem
from grokbatch.batch.model.paths import NotReadError, read_whole
from grokbatch.batch.source.yaml_document import NotABatchError, decode
from grokbatch.record.rules.keepers import reject
from grokbatch.yaml_nodes import MappingNode, NotYamlError, compose, construct, line, within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.yaml_nodes import Node

VERSION = 1
RATINGS = range(1, 6)
"""The ratings that can be given to a video."""

_MOST_NAMED = 4
_RULES = {
    "version": f"must be {VERSION}, the only version of the format that this program reads",
    "batch": "must be the name of the batch, in quotes",
    "manifest": "must be the id of the manifest that the videos are in, in quotes",
    "saved_at": 'must be a time with its zone, such as "2026-11-22T10:00:00Z"',
    "picks": 'must be a list of lines such as `- {id: "video-001", rating: 4, keep: true}`',
    "id": 'must be the id of a video, such as "video-001"',
    "rating": "must be a whole number from 1 to 5, or null",
    "keep": "must be true, false or null",
    "maybe": "must be true or false, and true only where keep is null",
    "note": "must be a text, in quotes",
    "tags": 'must be a list of words such as ["calm", "title"]',
    "rank": "must be a whole number from 1, the place among the ranked videos, or null",
}


class PicksError(Exception):
    """A file of picks cannot be used; `problems` holds everything that is wrong, the message one problem a line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True)
class Pick:
    """The choice about one video: a rating from 1 to 5, and whether to keep it; None: not decided.

    `maybe`: looked at, and put off; only where `keep` is None. `rank`: its place, from 1, among those that were
    compared in pairs. `note` and `tags` are the user's own words.
    """

    id: str
    rating: int | None = None
    keep: bool | None = None
    maybe: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    rank: int | None = None


@dataclass(frozen=True)
class Picks:
    """The picks of one batch; `manifest` is the id of the manifest that the videos belong to."""

    batch: str
    manifest: str
    saved_at: datetime
    picks: tuple[Pick, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The ids of the videos to keep, in the order of the file."""
        return tuple(pick.id for pick in self.picks if pick.keep)

    @property
    def rejected(self) -> tuple[str, ...]:
        """The ids of the rejected videos, in the order of the file."""
        return tuple(pick.id for pick in self.picks if pick.keep is False)


def read_picks(path: Path, *, manifest: str | None = None, videos: Collection[str] | None = None) -> Picks:
    """Return the picks in the file at `path`; raise PicksError with all problems if there are any.

    If `manifest` is given, it must be the manifest's id in the file; if `videos` are given, all ids must be among them.
    """
    try:
        content = read_whole(path)
    except NotReadError as error:
        raise PicksError((Problem(str(path), None, None, str(error)),)) from None
    return parse_picks(content, str(path), manifest=manifest, videos=videos)


def parse_picks(
    content: bytes, name: str, *, manifest: str | None = None, videos: Collection[str] | None = None
) -> Picks:
    """Return the picks in `content`, the bytes of a file that errors call `name`; see `read_picks`."""
    try:
        root = _compose(decode(content))
    except NotABatchError as error:
        raise PicksError((Problem(name, error.line, None, error.reason),)) from None
    reading = _Reading(name, root)
    picks = reading.picks()
    problems = (*_strange_manifest(reading, picks, manifest), *_strange_videos(reading, picks, videos))
    if problems:
        raise PicksError(problems)
    return picks


def note_rejected(manifest: Manifest, path: Path) -> None:
    """Note in `manifest` which videos the file at `path` rejects, if there is one; raises PicksError.

    After an error, and without a file, what was noted before still holds.
    """
    if path.exists():
        picks = read_picks(path, manifest=manifest.id)
        reject(manifest, picks.rejected, picks.saved_at)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class _PickModel(_Model):
    id: str = Field(min_length=1)
    rating: Annotated[int, Field(ge=RATINGS[0], le=RATINGS[-1])] | None = None
    keep: bool | None = None
    maybe: bool = False
    note: str = ""
    tags: list[Annotated[str, Field(min_length=1)]] = []
    rank: Annotated[int, Field(ge=1)] | None = None

    @field_validator("maybe")
    @classmethod
    def _put_off_means_undecided(cls, maybe: bool, info: ValidationInfo) -> bool:
        if maybe and info.data.get("keep") is not None:
            raise ValueError
        return maybe


class _FileModel(_Model):
    version: Literal[1]
    batch: str
    manifest: str
    saved_at: Annotated[AwareDatetime, Field(strict=False)]
    picks: list[_PickModel]


@dataclass(frozen=True)
class _Reading:
    """A file that could be read as YAML: its name, for errors, and its nodes, which know their lines."""

    path: str
    root: Node

    def picks(self) -> Picks:
        try:
            read = _FileModel.model_validate(construct(self.root))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            raise PicksError(
                tuple(dict.fromkeys(self._problem(each["loc"], each["type"]) for each in details))
            ) from None
        except NotYamlError:  # for instance the date 2026-02-30
            raise PicksError((Problem(self.path, 1, None, "holds a value that YAML does not allow"),)) from None
        picks = tuple(Pick(**vars(each) | {"tags": tuple(each.tags)}) for each in read.picks)
        return Picks(read.batch, read.manifest, read.saved_at, picks)

    def problem(self, loc: tuple[int | str, ...], reason: str) -> Problem:
        return Problem(self.path, line(within(self.root, loc)), _key(loc), reason)

    def _problem(self, loc: tuple[int | str, ...], error_type: str) -> Problem:
        # A place within the list of tags is told by the rule for the list.
        name = "tags" if "tags" in loc else str(loc[-1]) if loc else ""
        if error_type == "extra_forbidden":
            return self.problem(loc, f"unknown key, allowed are {', '.join(_RULES)}")
        rule = _RULES.get(name, _RULES["picks"])
        return self.problem(loc, f"is missing, {rule}" if error_type == "missing" else rule)


def _compose(text: str) -> Node:
    try:
        root = compose(text)
    except NotYamlError as error:
        mark = error.start if error.at is None or error.at.index >= len(text) else error.at
        reason = "cannot be read as YAML: check this line" if error.problem else "cannot be read as YAML"
        raise NotABatchError(mark.line if mark else 1, reason) from None
    if not isinstance(root, MappingNode):
        raise NotABatchError(1, "holds no picks: save it again from the wall")
    return root


def _key(loc: tuple[int | str, ...]) -> str | None:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).removeprefix(".") or None


def _strange_manifest(reading: _Reading, picks: Picks, manifest: str | None) -> Iterator[Problem]:
    if manifest is not None and picks.manifest != manifest:
        reason = "these are picks of other videos (another batch, or made before --fresh): open the wall and save again"
        yield reading.problem(("manifest",), reason)


def _strange_videos(reading: _Reading, picks: Picks, videos: Collection[str] | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, pick in enumerate(picks.picks):
        place = ("picks", number, "id")
        if pick.id in seen:
            yield reading.problem(place, f'"{pick.id}" is in this file twice')
        elif videos is not None and pick.id not in videos:
            yield reading.problem(place, f'there is no video "{pick.id}" in this batch{_such_as(videos)}')
        seen.add(pick.id)


def _such_as(videos: Collection[str]) -> str:
    some = list(videos)[:_MOST_NAMED]
    more = ", …" if len(videos) > _MOST_NAMED else ""
    return f", there are {', '.join(some)}{more}" if some else ""
