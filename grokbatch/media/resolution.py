"""Resolution classes such as 720p, determined by the number of pixels of a picture."""

from __future__ import annotations

import math

# The names count the lines of a 16:9 picture, but the site's videos have other shapes: its 480p is 560x560, 400x736 or
# 736x400, its 720p 784x1168. By the logarithm of the number of pixels, each of them is nearest to its own class.
PIXELS = {"240p": 426 * 240, "480p": 854 * 480, "720p": 1280 * 720, "1080p": 1920 * 1080, "2160p": 3840 * 2160}
"""The classes in ascending order, with the number of pixels of a 16:9 picture."""


def resolution_class(width: int, height: int) -> str:
    """Return the class, such as `480p`, nearest to this size in pixels; width and height must be positive."""
    pixels = width * height
    return min(PIXELS, key=lambda name: abs(math.log(PIXELS[name] / pixels)))


def is_at_least(width: int, height: int, wanted: str) -> bool:
    """Whether this size in pixels is in the class `wanted` or in a higher one."""
    return PIXELS[resolution_class(width, height)] >= PIXELS[wanted]
