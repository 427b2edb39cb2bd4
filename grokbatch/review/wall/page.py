"""Writes `wall.html`: one file that holds its data, its style and its script, and asks nothing of any server.

The scripts beside this module are ES modules for people and for the tools that check them. A browser loads no module
from another file of a folder on disk, so they are put together into one script, in the order of `SCRIPTS`, without
their imports and exports: they share one scope, and no two may give the same name.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from grokbatch.review.formatting import label, one_line, standing
from grokbatch.review.report.video import TONES
from grokbatch.review.templates import filled, own_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grokbatch.record.model.outcome import Category, Status
    from grokbatch.record.storage.picks import Picks

HERE = Path(__file__).parent
SCRIPTS = ("page", "picks", "clock", "judging", "tiles", "playing", "choosing", "stage", "viewer", "side", "wall")
"""The parts of the page's script, in their order."""

_MODULE_LINES = re.compile(r"^import [^;]*;\n|^export (?=\w)", re.MULTILINE)


@dataclass(frozen=True)
class WallVideo:
    """A video as the wall shows it; sizes in pixels and bytes, durations in seconds.

    `address` is the video's page on the site. `file`, `hd` and `poster` lead from the folder of the page to the
    files on disk; None is what is not there. A path that is not relative is linked as it is; a poster that is a
    string is a `data:` address that holds the picture itself. `account`, `prompt_number` and `prompt_name` are shown
    and filtered by where given, and `choices` are the values of axes in it: leave them and `address` out of a page that
    others see. `missed` says which
    expectations the video does not meet, with what was measured, `degraded` in what way the site made less of it than
    was asked for; `twins` are the ids of videos that look the same. `seconds` is how long the making took, `made_at`
    when it was done.
    """

    id: str
    status: Status
    category: Category | None = None
    message: str = ""
    address: str | None = None
    file: Path | None = None
    poster: Path | str | None = None
    hd: Path | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int | None = None
    account: str = ""
    worker: str = ""
    attempts: int = 0
    prompt_number: int | None = None
    prompt_name: str = ""
    choices: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    degraded: str = ""
    twins: tuple[str, ...] = ()
    made_at: datetime | None = None
    seconds: float | None = None


def wall_html(title: str, videos: Sequence[WallVideo], manifest_id: str, picks: Picks | None = None) -> str:
    """Return the text of the wall of one batch.

    `title` is the batch's name, which saved picks carry together with `manifest_id`. `picks` are what was saved
    earlier; what a browser remembers of a later time goes before them.
    """
    style, script = own_file(HERE / "wall.css"), _script()
    data = {
        "batch": title,
        "manifest": manifest_id,
        "picks": _known(picks),
        "videos": [_shown(video) for video in videos],
    }
    policy = _policy(style, script)
    return str(filled("wall/wall.html", title=title, policy=policy, style=style, script=script, data=data))


def _script() -> Markup:
    parts = (_MODULE_LINES.sub("", (HERE / f"{name}.js").read_text(encoding="utf-8")) for name in SCRIPTS)
    return Markup('"use strict";\n{\n' + "\n".join(parts) + "}\n")  # noqa: S704 - all of it is our own


def _policy(style: str, script: str) -> str:
    """Return the rules by which a browser refuses everything but our script and files beside the page."""
    files = "'self' file: data: blob:"
    rules = {
        "default-src": "'none'",
        "script-src": _digest(script),
        "style-src": _digest(style),
        "img-src": files,
        "media-src": files,
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _known(picks: Picks | None) -> dict[str, object] | None:
    if picks is None:
        return None
    chosen = {pick.id: {"rating": pick.rating, "keep": pick.keep} for pick in picks.picks}
    return {"saved_at": picks.saved_at.isoformat(), "of": chosen}


def _shown(video: WallVideo) -> dict[str, object]:
    """Return what the page is told of a video; what is empty stays out."""
    where = standing(video.status, video.category)
    told = vars(video) | {
        "status": where.value,
        "category": label(video.status, video.category),
        "tone": TONES.get(where, "calm"),
        "message": one_line(video.message),
        "address": _web(video.address),
        "file": _place(video.file),
        "poster": _place(video.poster),
        "hd": _place(video.hd),
        "made_at": video.made_at.isoformat() if video.made_at else None,
    }
    return {name: value for name, value in told.items() if value not in (None, "", ())}


def _web(address: str | None) -> str | None:
    return address if address and urlsplit(address).scheme in {"http", "https"} else None


def _place(path: Path | str | None) -> str | None:
    if path is None or isinstance(path, str):
        return path
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
