"""Checks what a batch file names: pictures, programs, locators, a demo scenario; and whether it fits earlier results.

These must not be shared with another batch, or be those of another site, or hold what another account perhaps made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.rules.unresolved_attempts import out_of_sight
from grokbatch.review.formatting import some
from grokbatch.run.planning.commands import command_problems
from grokbatch.run.planning.demo_site import scenario_problems
from grokbatch.run.planning.locators import locators_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.whereabouts import Whereabouts


def check_named(batch: Batch, display: str) -> tuple[str, list[str]]:
    """Return the locators of `batch` as JSON for a worker, and the problems of everything that the batch names.

    Each problem is a line that begins with file and line number.
    """
    locators, wrong = locators_of(batch, display)
    named = [*_source_problems(batch, display), *command_problems(batch, display)]
    return locators, [*scenario_problems(batch, display), *named, *wrong]


def _source_problems(batch: Batch, display: str) -> list[str]:
    if batch.source_file is None and batch.expect.starts_like_source:
        return [f"{batch.place(display, 'expect')}: starts_like_source needs the key source_image, a picture"]
    if batch.source_file is not None and not batch.source_file.is_file():
        return [f"{batch.place(display, 'source_image')}: there is no file {batch.source_file}"]
    return []


def taken_by_another(display: str, place: Whereabouts) -> str:
    """Return the message that another file's results are where those of the batch file `display` belong."""
    return (
        f"{display}: {place.root} holds the results of {place.other_shown}, which has the same name; "
        "rename one of the files, or add --runs-dir DIR to keep their results apart"
    )


def of_another_site(display: str, root: Path, manifest: Manifest, site: str) -> str | None:
    """Return the message that the earlier results in `root` are those of another site than `site`, None if not."""
    if manifest.site == site:
        return None
    return (
        f"{display}: {root} holds the results of another site ({manifest.site}, now {site}); "
        "add --runs-dir DIR to keep them apart, or --fresh to set the old ones aside"
    )


def perhaps_paid_twice(
    display: str, manifest: Manifest, videos: Sequence[VideoSpec], accounts: Mapping[str, str]
) -> str | None:
    """Return the message that another account is to make what one account has perhaps made, None if that is not so.

    `accounts` has the account of each of `videos`, by their ids. An account cannot see what another one has made.
    """
    hidden = out_of_sight(manifest, {video.identity: accounts[video.id] for video in videos})
    if not hidden:
        return None
    account = next(iter(hidden.values()))
    named = some([each for each, name in hidden.items() if name == account])
    return (
        f"{display}: {named} may have been made with the account {account} already, which another account "
        f"cannot see; put {account} back into the file, so that it looks for that first, or add --force to risk "
        "that it is paid twice"
    )


def clashes(results: Iterable[tuple[str, Path]]) -> list[str]:
    """Return a problem for each batch with the same run directory as another; `results` are files and directories."""
    seen: dict[Path, str] = {}
    problems = []
    for display, run_root in results:
        other = seen.setdefault(run_root, display)
        if other != display:
            problems.append(
                f"{display}: {other} has the same name, and both would be recorded in {run_root}; "
                "rename one of the files"
            )
    return problems
