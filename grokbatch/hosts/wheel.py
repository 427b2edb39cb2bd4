"""Packs the grokbatch that runs here into a wheel: the code as it is, changed or not, installed or in a checkout.

Building one with pip would need the network for the build system, and an installed package cannot be built at all.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import grokbatch
from grokbatch.batch.examples import examples_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHEEL = "Wheel-Version: 1.0\nGenerator: grokbatch\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_WHEN = (2020, 1, 1, 0, 0, 0)  # the same code makes the same wheel


def pack_wheel(folder: Path) -> Path:
    """Write the wheel into `folder` and return its path; raises OSError."""
    package = metadata.distribution("grokbatch")
    path = folder / f"grokbatch-{package.version}-py3-none-any.whl"
    info = f"grokbatch-{package.version}.dist-info"
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*_code(), *_about(package, info)):
            archive.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}")
        lines = "\n".join([*record, f"{info}/RECORD,,", ""])
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD", _WHEN), lines)
    return path


def _code() -> Iterator[tuple[str, bytes]]:
    root = Path(grokbatch.__file__).parent
    yield from _files(root, "grokbatch", without=root / "examples")
    yield from _files(examples_folder(), "grokbatch/examples")


def _files(root: Path, name: str, without: Path | None = None) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        is_ours = "__pycache__" not in path.parts and (without is None or not path.is_relative_to(without))
        if is_ours and path.is_file():
            yield f"{name}/{path.relative_to(root).as_posix()}", path.read_bytes()


def _about(package: metadata.Distribution, info: str) -> Iterator[tuple[str, bytes]]:
    for name in ("METADATA", "entry_points.txt"):
        yield f"{info}/{name}", (package.read_text(name) or "").encode()
    yield f"{info}/WHEEL", _WHEEL.encode()
