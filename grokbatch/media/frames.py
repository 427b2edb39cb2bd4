"""Opens video files and takes single frames out of them.

PyAV is loaded by what uses it: it takes as long to load as the half of pytest, and most processes open no video file.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grokbatch.media.errors import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SHORTEST = 0.001
"""Seconds; what is shorter is no video file."""


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open an MP4 file for reading; afterwards nothing holds it open.

    What libav has to say against the file within the block becomes a `DamagedFileError`; a file that cannot be
    read at all raises the `OSError` of its opening.
    """
    import av

    # From its version 19 on, PyAV reads titles in any encoding by itself, and knows this argument no more.
    any_encoding: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
    # A path could be taken for an address by libav, and a play list for a video file: it gets the bytes of an MP4 only.
    with path.open("rb") as file:
        try:
            with av.open(file, "r", format="mp4", **any_encoding) as video_file:
                yield video_file
        except av.error.FFmpegError as problem:
            raise DamagedFileError(path, f"cannot be played: {problem.strerror}") from problem
        except OSError as problem:
            if problem.errno != errno.EINVAL:
                raise
            raise DamagedFileError(path, "cannot be played: it points outside of itself") from problem


def pictures_of(path: Path, video_file: InputContainer) -> VideoStream:
    """Return the film's stream of pictures; raises `DamagedFileError` if there is none that can be decoded."""
    import av

    stream = video_file.streams.best("video")
    # Decoding a stream without a codec would end the whole process (PyAV issue 2344).
    if not isinstance(stream, av.VideoStream) or stream.codec_context is None:
        raise DamagedFileError(path, "holds no pictures that can be played")
    return stream


def length_of(video_file: InputContainer) -> float:
    """Return the film's length in seconds: as its head tells it, else the longest stream's; 0 if nothing tells it."""
    import av

    told = (video_file.duration or 0) / av.time_base
    if told >= SHORTEST:
        return told
    return max(((stream.duration or 0) * float(stream.time_base or 0) for stream in video_file.streams), default=0.0)


def frames_at(path: Path, video_file: InputContainer, moments: Iterable[float]) -> Iterator[VideoFrame]:
    """Yield the frame at each of the ascending `moments` (seconds from the beginning), the last one after the end.

    Frames that no other frame builds upon are left out, for speed: a frame may come a few frames late.
    """
    stream = pictures_of(path, video_file)
    tick = float(stream.time_base or 1)
    keys = sorted(packet.pts for packet in video_file.demux(stream) if packet.is_keyframe and packet.pts is not None)
    if not keys:
        raise DamagedFileError(path, "holds no pictures that can be played")
    stream.codec_context.skip_frame = "BIDIR"
    frame: VideoFrame | None = None
    decoding: Iterator[VideoFrame] = iter(())
    at = -1
    for moment in moments:
        wanted = keys[0] + round(moment / tick)
        key = max((key for key in keys if key <= wanted), default=keys[0])
        if frame is None or key > at:
            video_file.seek(key, stream=stream)
            decoding = video_file.decode(stream)
        while frame is None or at < wanted:
            following = next(decoding, None)
            if following is None:
                break
            frame, at = following, at if following.pts is None else following.pts
        if frame is None:
            raise DamagedFileError(path, "holds no pictures that can be played")
        yield frame
