"""A digest of grokbatch's own files: of two with the same version, one may have been changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import grokbatch

_CODE = frozenset({".py", ".js", ".css", ".html", ".yaml", ".json"})


def code_digest() -> str:
    """Return the digest of the grokbatch that runs here."""
    root = Path(grokbatch.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda each: each.relative_to(root).as_posix()):
        inner = path.relative_to(root)
        if path.suffix in _CODE and inner.parts[0] != "examples" and "__pycache__" not in inner.parts:
            # A checkout on Windows may have other line ends.
            digest.update(inner.as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
