"""What came out is compared with what was asked for."""

from __future__ import annotations

import pytest

from grokbatch.record.model.degradation import shortfall
from grokbatch.record.model.outcome import MadeVideo


def made(width: int | None = 400, height: int | None = 736, duration: float | None = 6.04) -> MadeVideo:
    return MadeVideo("v", "url", "page", width, height, duration)


@pytest.mark.parametrize(
    ("options", "video", "told"),
    [
        ({}, made(), ""),
        ({"resolution": "480p", "duration": "6", "aspect": "9:16", "preset": "Fun"}, made(), ""),
        ({"resolution": "720p"}, made(), "asked for 720p, got 480p (400x736)"),
        ({"resolution": "480p"}, made(784, 1168), ""),
        ({"duration": "10"}, made(), "asked for 10 s, got 6.04 s"),
        ({"duration": "6"}, made(duration=10.0417), "asked for 6 s, got 10.04 s"),
        ({"duration": "10"}, made(duration=10.04), ""),
        ({"aspect": "16:9"}, made(), "asked for 16:9, got 400x736"),
        ({"aspect": "2:3"}, made(), ""),
        ({"aspect": "1:1"}, made(560, 560), ""),
        (
            {"duration": "15", "resolution": "1080p"},
            made(),
            "asked for 1080p, got 480p (400x736); asked for 15 s, got 6.04 s",
        ),
        ({"duration": "10", "resolution": "720p", "aspect": "1:1"}, made(None, None, None), ""),
    ],
)
def test_only_what_is_missing_is_told(options: dict[str, str], video: MadeVideo, told: str) -> None:
    """More pixels than asked for and a slightly other shape are no loss; what is unknown is not guessed."""
    assert shortfall(options, video) == told
