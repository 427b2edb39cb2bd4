"""The classes of resolution that people and the site speak of, told by a picture's number of pixels."""

from __future__ import annotations

import math

# Lines of a 16:9 picture. The site's own pictures have other shapes: 560x560, 400x736 and 736x400 are its 480p,
# 784x1168 its 720p; each is nearest to its class in the logarithm of pixels.
PIXELS = {"240p": 426 * 240, "480p": 854 * 480, "720p": 1280 * 720, "1080p": 1920 * 1080, "2160p": 3840 * 2160}
"""The classes from least to most, and how many pixels a picture of each has."""


def resolution_class(width: int, height: int) -> str:
    """Return the class that a picture of this size in pixels is nearest to, such as `480p`; both must be positive."""
    pixels = width * height
    return min(PIXELS, key=lambda name: abs(math.log(PIXELS[name] / pixels)))


def is_at_least(width: int, height: int, wanted: str) -> bool:
    """Whether a picture of this size in pixels is of the class `wanted` or a better one."""
    return PIXELS[resolution_class(width, height)] >= PIXELS[wanted]
