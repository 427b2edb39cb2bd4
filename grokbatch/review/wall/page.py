"""Makes `wall.html`: one file with its data, style and script, which needs no server.

The scripts beside this module are ES modules, so that people and tools can read them one by one. A browser does not
load modules from files on disk, so they are joined to one script, in the order of `SCRIPTS` and without their imports
and exports. They therefore share one scope, and no name may be defined in two of them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from grokbatch.javascript import without_comments
from grokbatch.review.formatting import label, one_line, video_state
from grokbatch.review.report.video import TONES
from grokbatch.review.templates import content_policy, filled, own_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grokbatch.record.model.outcome import Category, Status
    from grokbatch.record.storage.picks import Picks

HERE = Path(__file__).parent
SCRIPTS = (
    *("page", "saving", "picks", "clock", "judging", "tiles", "pace", "playing", "selection", "filters", "grouping"),
    *("choosing", "notes", "source", "stage", "single", "viewer", "side", "cull", "ranking", "pairs", "keys", "news"),
    "wall",
)
"""The names of the page's scripts, in the order in which they are joined."""

_MODULE_LINES = re.compile(r"^import [^;]*;\n|^export (?=\w)", re.MULTILINE)


@dataclass(frozen=True)
class WallVideo:
    """A video as the wall shows it; sizes in pixels and bytes, durations in seconds.

    `address`: the video's page on the site. `file`, `hd` and `poster`: paths relative to the folder of the page, or
    absolute ones; None if there is no such file. A poster that is a string is a `data:` address with the picture.
    `source`: the path of the picture that the video was made from.
    `account`, `prompt_number` and `prompt_name`: shown and used by filters, if they are set. `choices`: the values of
    the prompt's axes. Leave these four and `address` out of a page that others see. `missed`: the expectations that
    the video does not meet, with the measured values. `degraded`: how it falls short of what was asked for. `twins`:
    the ids of videos that look almost the same. `earlier_of`: set if the batch no longer asks for this video, to the id
    that it had. `seconds`: how long the last attempt took. `made_at`: when it ended.
    `prompt`: private, and empty unless the user has asked to see prompts.
    """

    id: str
    status: Status
    category: Category | None = None
    message: str = ""
    address: str | None = None
    file: Path | None = None
    poster: Path | str | None = None
    hd: Path | None = None
    source: Path | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int | None = None
    frames_per_second: float | None = None
    account: str = ""
    worker: str = ""
    attempts: int = 0
    prompt_number: int | None = None
    prompt_name: str = ""
    choices: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    degraded: str = ""
    twins: tuple[str, ...] = ()
    earlier_of: str = ""
    made_at: datetime | None = None
    seconds: float | None = None
    prompt: str = field(default="", repr=False)


@dataclass(frozen=True)
class WallBatch:
    """A batch on the wall: its name, the id of its manifest, its videos, and the picks that were saved of them.

    Later picks in the browser's storage take precedence. `report` is the path of its report, as those of files.
    """

    name: str
    manifest: str
    videos: Sequence[WallVideo]
    picks: Picks | None = None
    report: Path | None = None


def wall_html(*batches: WallBatch, shows_prompts: bool | None = None, is_served: bool = False) -> str:
    """Return the text of the wall of one or several batches; see `wall_data`.

    `is_served`: a local server gives out the page; what it then asks of that server is described in `saving.js`.
    """
    style, script = own_file(HERE / "wall.css"), _script()
    data = wall_data(*batches, shows_prompts=shows_prompts)
    data |= {"served": True} if is_served else {}
    policy = content_policy(style, script, connects=is_served)
    parts = {"title": data["batch"], "policy": policy, "style": style, "script": script, "data": data}
    reports = [(each.name, _place(each.report)) for each in batches if each.report is not None]
    return str(filled("wall/wall.html", reports=reports, **parts))


def wall_data(*batches: WallBatch, shows_prompts: bool | None = None) -> dict[str, object]:
    """Return what the page's script is given.

    `shows_prompts` says whether the videos hold prompts; None: nobody is to know that there are any. The names of
    several batches must differ: they make the ids of the videos different, `cats/video-001`.
    """
    if len(batches) == 1:
        (only,) = batches
        data = _told(only) | {"videos": [_shown(video) for video in only.videos]}
    else:
        data = {
            "batch": ", ".join(each.name for each in batches),
            "manifest": "+".join(each.manifest for each in batches),
            "batches": [_told(each) for each in batches],
            "videos": [_of_several(_shown(video), each.name) for each in batches for video in each.videos],
        }
    if shows_prompts is not None:
        data["shows_prompts"] = shows_prompts
    return data


def _told(batch: WallBatch) -> dict[str, object]:
    return {"batch": batch.name, "manifest": batch.manifest, "picks": _known(batch.picks)}


def _of_several(video: dict[str, Any], batch: str) -> dict[str, object]:
    """Return the data of a video on a page with several batches: its ids then name the batch, too."""
    told = video | {"id": f"{batch}/{video['id']}", "own_id": video["id"], "batch": batch}
    if "earlier_of" in told:
        told["earlier_of"] = f"{batch}/{told['earlier_of']}"
    if "twins" in told:
        told["twins"] = [f"{batch}/{twin}" for twin in told["twins"]]
    return told


def _script() -> Markup:
    texts = ((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    parts = (_MODULE_LINES.sub("", without_comments(text)) for text in texts)
    return Markup('"use strict";\n{\n' + "\n".join(parts) + "}\n")  # noqa: S704 - all of it is our own


def _known(picks: Picks | None) -> dict[str, object] | None:
    if picks is None:
        return None
    chosen = {pick.id: _without_empty(vars(pick) | {"id": None, "maybe": pick.maybe or None}) for pick in picks.picks}
    return {"saved_at": picks.saved_at.isoformat(), "of": chosen}


def _shown(video: WallVideo) -> dict[str, object]:
    """Return the data of a video for the page's script, without empty values."""
    state = video_state(video.status, video.category)
    told = vars(video) | {
        "status": state.value,
        "category": label(video.status, video.category),
        "tone": TONES.get(state, "calm"),
        "message": one_line(video.message),
        "address": _web(video.address),
        "file": _place(video.file),
        "poster": _place(video.poster),
        "hd": _place(video.hd),
        "source": _place(video.source),
        "made_at": video.made_at.isoformat() if video.made_at else None,
    }
    return _without_empty(told)


def _without_empty(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def _web(address: str | None) -> str | None:
    return address if address and urlsplit(address).scheme in {"http", "https"} else None


def _place(path: Path | str | None) -> str | None:
    if path is None or isinstance(path, str):
        return path
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
