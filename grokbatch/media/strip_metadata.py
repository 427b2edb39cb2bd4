"""Copies a video file without its metadata; pictures and sound are not encoded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

from grokbatch.media.errors import DamagedFileError
from grokbatch.media.frames import opened

if TYPE_CHECKING:
    from pathlib import Path


def write_bare(source: Path, target: Path) -> None:
    """Copy the pictures and the sound of `source` to `target`, an MP4 without metadata.

    Raises DamagedFileError and OSError.
    """
    try:
        with opened(source) as video_file, target.open("wb") as file, av.open(file, "w", format="mp4") as bare:
            kept = [*video_file.streams.video, *video_file.streams.audio]
            streams = {stream.index: bare.add_stream_from_template(stream) for stream in kept}
            for stream in streams.values():
                stream.metadata.clear()
            for packet in video_file.demux(kept):
                # The last packet of each stream is empty.
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    bare.mux(packet)
    except av.error.FFmpegError as error:
        raise DamagedFileError(source, f"cannot be written anew ({error.strerror})") from error
