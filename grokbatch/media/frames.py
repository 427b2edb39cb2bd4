"""Opens video files and decodes single frames of them.

PyAV is imported within the functions that use it: that takes half as long as importing pytest, and most processes open
no video file.
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
"""The least duration of a video, in seconds."""


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open an MP4 file for reading, and close it at the end of the block.

    Errors of libav within the block are raised as `DamagedFileError`; a file that cannot be opened raises `OSError`.
    """
    import av

    # PyAV 19 and later read titles in any encoding, and do not have this argument.
    any_encoding: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
    # libav gets an open file and the format MP4: it could take a path for a network address, or follow a playlist.
    with path.open("rb") as file:
        try:
            with av.open(file, "r", format="mp4", **any_encoding) as video_file:
                yield video_file
        except av.error.FFmpegError as problem:
            raise DamagedFileError(path, f"cannot be played: {problem.strerror}") from problem
        except OSError as problem:
            if problem.errno != errno.EINVAL:
                raise
            raise DamagedFileError(path, "cannot be played: it refers to positions outside of the file") from problem


def pictures_of(path: Path, video_file: InputContainer) -> VideoStream:
    """Return the video stream; raises `DamagedFileError` if there is none that can be decoded."""
    import av

    stream = video_file.streams.best("video")
    # Decoding a stream without a codec would crash the process (PyAV issue 2344).
    if not isinstance(stream, av.VideoStream) or stream.codec_context is None:
        raise DamagedFileError(path, "holds no pictures that can be played")
    return stream


def length_of(video_file: InputContainer) -> float:
    """Return the duration in seconds: from the file's header, or else of its longest stream; 0 if it is unknown."""
    import av

    told = (video_file.duration or 0) / av.time_base
    if told >= SHORTEST:
        return told
    return max(((stream.duration or 0) * float(stream.time_base or 0) for stream in video_file.streams), default=0.0)


def frames_at(path: Path, video_file: InputContainer, moments: Iterable[float]) -> Iterator[VideoFrame]:
    """Yield the frame at each of the ascending `moments`, in seconds from the beginning; after the end, the last frame.

    For speed, frames that no other frame depends on are skipped, so a frame may be a few frames late. Raises
    `DamagedFileError` if there are no pictures.
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
