"""Where the windows of a headed run stand: in rows, small enough to watch ten of them at once."""

from __future__ import annotations

from dataclasses import dataclass

_COLUMNS = 5
_STEP_X, _STEP_Y = 380, 400
_ROWS = 3
# The page keeps its desktop layout: it is laid out twice as wide and drawn at half the size.
_SCALE = 0.5
_WIDTH, _HEIGHT = 500, 420


@dataclass(frozen=True)
class Tile:
    """One window's place; `index` counts the windows from 0. Sizes in pixels of the screen."""

    index: int

    @property
    def switches(self) -> list[str]:
        """The browser's command line switches for this place."""
        column, row = self.index % _COLUMNS, self.index // _COLUMNS % _ROWS
        left, top = column * _STEP_X, row * _STEP_Y
        return [
            f"--force-device-scale-factor={_SCALE:g}",
            f"--window-size={_scaled(_WIDTH)},{_scaled(_HEIGHT)}",
            f"--window-position={_scaled(left)},{_scaled(top)}",
        ]


def _scaled(pixels: int) -> int:
    # Chromium takes sizes in its own units, which the scale factor turns into pixels.
    return round(pixels / _SCALE)


def tile_of(worker: str) -> Tile:
    """Return the place of an xdist worker's window: gw0 first; what is no worker's name stands first, too."""
    number = worker.removeprefix("gw")
    return Tile(int(number) if number.isdigit() else 0)
