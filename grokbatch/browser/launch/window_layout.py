"""The positions of the windows of a headed run: in rows, and so small that ten of them can be watched at once."""

from __future__ import annotations

from dataclasses import dataclass

_COLUMNS = 5
_STEP_X, _STEP_Y = 380, 400
_ROWS = 3
# The page is laid out twice as wide and drawn at half the size, so that it keeps its desktop layout.
_SCALE = 0.5
_WIDTH, _HEIGHT = 500, 420


@dataclass(frozen=True)
class Tile:
    """The position and size of one window, in pixels of the screen; `index` counts the windows from 0."""

    index: int

    @property
    def switches(self) -> list[str]:
        """The browser's command line switches for this position and size."""
        column, row = self.index % _COLUMNS, self.index // _COLUMNS % _ROWS
        left, top = column * _STEP_X, row * _STEP_Y
        return [
            f"--force-device-scale-factor={_SCALE:g}",
            f"--window-size={_scaled(_WIDTH)},{_scaled(_HEIGHT)}",
            f"--window-position={_scaled(left)},{_scaled(top)}",
        ]


def _scaled(pixels: int) -> int:
    # Chromium multiplies these numbers by the scale factor.
    return round(pixels / _SCALE)


def tile_of(worker: str) -> Tile:
    """Return the position of the window of the worker called `worker`: gw0 and all other names get the first one."""
    number = worker.removeprefix("gw")
    return Tile(int(number) if number.isdigit() else 0)
