"""Puts files where the user wants them: whole, and never over a file with other content unless that is asked for."""

from __future__ import annotations

import filecmp
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grokbatch.record.storage.private_files import replace_when_free
from grokbatch.review.formatting import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class OtherContentError(Exception):
    """Files with other content are in the way; the message names them, and the caller adds what to do."""

    def __init__(self, targets: Iterable[Path]) -> None:
        names = [str(target) for target in targets]
        super().__init__(f"{some(names)} {'is' if len(names) == 1 else 'are'} there already, with other content")


@contextmanager
def placed(target: Path, *, force: bool) -> Iterator[Path]:
    """Yield the path of a file to be written, which becomes `target` at the end of the block.

    Raises OtherContentError, unless `force`, if `target` is another file, and OSError.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        yield part
        if not force and differs(target, part):
            raise OtherContentError([target])
        replace_when_free(lambda: part.replace(target))
    finally:
        # Renaming a file to another name of itself, a hard link, leaves both.
        part.unlink(missing_ok=True)


def differs(target: Path, source: Path) -> bool:
    """Whether there is something at `target` that has not the content of `source`."""
    if not target.exists():
        return target.is_symlink()
    return not target.is_file() or not filecmp.cmp(source, target, shallow=False)
