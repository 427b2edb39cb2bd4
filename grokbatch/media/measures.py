"""Measures a video's pictures and sound: how much moves, how many pictures are black, and whether there is sound."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import av
import numpy as np

from grokbatch.media.frame_samples import Samples, coarser
from grokbatch.media.frames import opened

if TYPE_CHECKING:
    from pathlib import Path

# Measured values of `motion`. Videos of a still photograph, encoded by x264 at CRF 23 to 35 with noise of 0 to 20 grey
# levels: at most 4.3. Photographs that pan by 2 pixels in all: at least 10.7; a mouth of 80x40 pixels that opens by 15
# pixels: 7.6. A mean over the whole picture would not do: it is 1.4 for a noisy still, and 0.4 for the mouth.
FROZEN_BELOW = 6.0
"""The motion, in grey levels (0 to 255), below which a video counts as frozen."""

MOVING_SHARE = 0.05
"""Motion is measured in this share of the picture, where it changes most."""

# FFmpeg's blackdetect calls a picture black if 98 % of its pixels are below 10 % (25 of 255). Here more of it must be
# dark, so that a night with a moon, a window or a street lamp is not black.
BLACK_LEVEL = 20.0
"""The grey level (0 to 255) below which a cell is black."""

VISIBLE_SHARE = 0.005
"""The share of its cells that may be brighter in a black picture."""

# AAC decodes silence as zeros, or as noise below -90 dB.
SILENT_BELOW = 0.001
"""The amplitude (0 to 1; this one is -60 dB) below which sound counts as silence."""


def motion(samples: Samples) -> float:
    """Return how much moves, in grey levels: the mean change in the most changed cells of the most different pictures.

    All pairs of pictures are compared, because a slow pan changes little from one picture to the next.
    """
    cells = coarser(samples.greys, 2).reshape(len(samples.greys), -1)
    most = max(1, round(cells.shape[1] * MOVING_SHARE))
    changes = (np.abs(one - other) for one, other in combinations(cells, 2))
    return max(float(np.partition(change, -most)[-most:].mean()) for change in changes)


def black_pictures(samples: Samples) -> int:
    """Return the number of black pictures."""
    brightest = np.quantile(samples.greys, 1 - VISIBLE_SHARE, axis=(1, 2))
    return int((brightest < BLACK_LEVEL).sum())


def has_sound(path: Path) -> bool:
    """Whether the video has sound that is not just silence; raises `DamagedFileError` if it cannot be decoded."""
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
