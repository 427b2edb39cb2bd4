"""Single frames out of a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from grokbatch.media.frames import frames_at, opened
from tests.unit.media.video_files import FPS, write_video

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 60


@pytest.mark.parametrize("between_keys", [FRAMES, 10], ids=["one-key-frame", "many-key-frames"])
def test_frames_come_from_the_moments_asked_for(tmp_path: Path, between_keys: int) -> None:
    """Each frame is the one of its moment or a few later, the last one after the end, wherever the key frames are."""
    brighter = (np.full((64, 64, 3), 4.0 * index) for index in range(FRAMES))
    video_file = write_video(tmp_path / "video.mp4", brighter, between_keys=between_keys)
    moments = (0, 1, 2, 25, 41, 55, FRAMES)
    with opened(video_file) as file:
        frames = [
            frame.to_ndarray(format="gray").mean() / 4
            for frame in frames_at(video_file, file, [moment / FPS for moment in moments])
        ]
    for moment, frame in zip(moments, frames, strict=True):
        assert min(moment, FRAMES - 4) - 0.5 <= frame <= moment + 4
