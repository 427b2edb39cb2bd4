"""Takes the video files themselves away: as copies, as links, or in a zip."""

from __future__ import annotations

import os
import shutil
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING

from grokbatch.record.storage.private_files import new_file
from grokbatch.review.export.placing import OtherContentError, differs, placed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Form(StrEnum):
    """In which form the video files are taken away."""

    COPIES = "copies"
    LINKS = "links"
    ZIP = "zip"
    NONE = "none"


class NoLinksError(Exception):
    """Links cannot be made here; the message says why and what to type."""


def put_files(sources: Sequence[Path], folder: Path, form: Form, *, force: bool) -> None:
    """Put copies of the files, or links to them, into `folder`; a file that is there already is left as it is.

    Raises OtherContentError before anything is written, NoLinksError and OSError.
    """
    targets = {source: folder / source.name for source in sources}
    in_the_way = [target for source, target in targets.items() if not force and differs(target, source)]
    if in_the_way:
        raise OtherContentError(in_the_way)
    for source, target in targets.items():
        if not _is_done(source, target, form):
            with placed(target, force=force) as part:
                (_link if form is Form.LINKS else _copy)(source, part)


def write_zip(files: Mapping[str, Path], texts: Mapping[str, str], target: Path) -> None:
    """Write a zip with files and texts under their names. Videos are compressed already, and are stored as they are.

    Raises OSError.
    """
    with zipfile.ZipFile(target, "w", strict_timestamps=False) as archive:
        for name, path in files.items():
            archive.write(path, name)
        for name, text in texts.items():
            # With the oldest time that a zip can hold, so that the same choice makes the same zip.
            archive.writestr(zipfile.ZipInfo(name), text)


def _is_done(source: Path, target: Path, form: Form) -> bool:
    if not target.exists():
        return False
    is_link = target.is_symlink() or target.samefile(source)
    return (is_link and target.samefile(source) if form is Form.LINKS else not is_link) and not differs(target, source)


def _copy(source: Path, part: Path) -> None:
    with source.open("rb") as video_file, new_file(part) as copy:
        shutil.copyfileobj(video_file, copy)
    shutil.copystat(source, part)


def _link(source: Path, part: Path) -> None:
    real = source.resolve()
    try:
        os.link(real, part)
    except OSError:  # another disk, or a file system without hard links
        try:
            part.symlink_to(real)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NoLinksError(
                f"{part.parent}: links to {real.parent} cannot be made ({reason}); on Windows, links to another drive "
                "need its developer mode; to copy instead: --as copies"
            ) from None
