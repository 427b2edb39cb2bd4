"""What is measured of a video's pictures and sound: motion, blackness, loudness."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import av
import numpy as np

from grokbatch.media.frame_samples import Samples, coarser
from grokbatch.media.frames import opened

if TYPE_CHECKING:
    from pathlib import Path

# Measured with stills of photographs, encoded by x264 at CRF 23 to 35 with noise of 0 to 20 grey levels: at most
# 4.3. Photographs that pan by 2 pixels in all: at least 10.7; a mouth of 80x40 pixels that opens by 15: 7.6.
# The mean over the whole picture cannot tell them apart: 1.4 for a noisy still, 0.4 for the mouth.
FROZEN_BELOW = 6.0
"""Grey levels (0 to 255) of motion below which a video counts as frozen."""

MOVING_SHARE = 0.05
"""Share of the picture, the most changed one, in which motion is measured."""

# FFmpeg's blackdetect sees black where 98 % of the pixels are below 10 % (25 of 255). This asks for more cells to
# be dark, so that a night with a moon, a window or a street lamp is a picture.
BLACK_LEVEL = 20.0
"""Grey level (0 to 255) that nothing in a black picture exceeds."""

VISIBLE_SHARE = 0.005
"""Share of a picture that may be brighter though it counts as black."""

# AAC gives silence back as exact zeros, or as a dither below -90 dB.
SILENT_BELOW = 0.001
"""Amplitude (0 to 1; this is -60 dB) below which sound counts as silence."""


def motion(samples: Samples) -> float:
    """Return how much moves, in grey levels: the change between the two most different pictures where most changes.

    Comparing all pairs finds a slow pan, that changes little from one picture to the next.
    """
    cells = coarser(samples.greys, 2).reshape(len(samples.greys), -1)
    most = max(1, round(cells.shape[1] * MOVING_SHARE))
    changes = (np.abs(one - other) for one, other in combinations(cells, 2))
    return max(float(np.partition(change, -most)[-most:].mean()) for change in changes)


def black_pictures(samples: Samples) -> int:
    """Return how many of the pictures show nothing but black."""
    brightest = np.quantile(samples.greys, 1 - VISIBLE_SHARE, axis=(1, 2))
    return int((brightest < BLACK_LEVEL).sum())


def has_sound(path: Path) -> bool:
    """Whether there is anything to hear, not silence only; raises `DamagedFileError` if it cannot be decoded."""
    with opened(path) as video_file:
        stream = video_file.streams.best("audio")
        if not isinstance(stream, av.AudioStream) or stream.codec_context is None:
            return False
        resampler = av.AudioResampler(format="flt")
        return any(
            float(np.abs(part.to_ndarray()).max(initial=0.0)) >= SILENT_BELOW
            for frame in video_file.decode(stream)
            for part in resampler.resample(frame)
        )
