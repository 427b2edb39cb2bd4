"""Whether windows can be shown here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether windows can be shown: always on macOS and Windows, on Linux with X11 or Wayland."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
