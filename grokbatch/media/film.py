"""Joins video files to one film: copied as they are where that is possible, otherwise encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.media.errors import NoEncoderError
from grokbatch.media.film_encoding import encode
from grokbatch.media.frames import length_of, opened, pictures_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.container import OutputContainer
    from av.stream import Stream

__all__ = ["Film", "NoEncoderError", "write_film"]


@dataclass(frozen=True)
class Film:
    """What became of the clips: `size` is the film's width and height in pixels, `seconds` its length.

    `encoder` is the name of the encoder, or empty if the clips were copied. `letterboxed`: how many clips have another
    shape than the film, and black bars therefore.
    """

    size: tuple[int, int]
    seconds: float
    encoder: str = ""
    letterboxed: int = 0


def write_film(clips: Sequence[Path], target: Path, crossfade: float = 0) -> Film:
    """Write the clips one after the other to the MP4 file `target`, with `crossfade` seconds between two of them.

    With hard cuts, clips of the same codec, size and sound are not encoded again. Raises `DamagedFileError`, `OSError`
    and, if this PyAV cannot encode video, `NoEncoderError`.
    """
    if not crossfade and len({_kind_of(clip) for clip in clips}) == 1:
        return _copied(clips, target)
    size, seconds, encoder, letterboxed = encode(clips, target, crossfade)
    return Film(size, seconds, encoder, letterboxed)


def _kind_of(clip: Path) -> tuple[object, ...]:
    """Return everything in which two clips must agree, so that one can follow the other without being encoded."""
    with opened(clip) as video_file:
        stream = pictures_of(clip, video_file)
        pictures = stream.codec_context
        codec = (pictures.name, bytes(pictures.extradata or b""), stream.time_base)
        video = (*codec, pictures.width, pictures.height, pictures.pix_fmt)
        sounds = tuple(
            (sound.name, bytes(sound.extradata or b""), stream.time_base, sound.rate, sound.layout.name)
            for stream in video_file.streams.audio[:1]
            for sound in (stream.codec_context,)
        )
        return *video, *sounds


def _copied(clips: Sequence[Path], target: Path) -> Film:
    import av

    with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as film:
        copy: _Copy | None = None
        for clip in clips:
            copy = copy or _Copy(film, clip)
            copy.add(clip)
    with opened(target) as video_file:
        pictures = pictures_of(target, video_file).codec_context
        return Film((pictures.width, pictures.height), length_of(video_file))


class _Copy:
    """The film while clips are copied into it; its streams are like those of the first clip."""

    def __init__(self, film: OutputContainer, first: Path) -> None:
        self._film = film
        self._seconds = 0.0
        with opened(first) as video_file:
            streams = [pictures_of(first, video_file), *video_file.streams.audio[:1]]
            self._streams: dict[str, Stream] = {each.type: film.add_stream_from_template(each) for each in streams}
        self._last = dict.fromkeys(self._streams, -(1 << 62))

    def add(self, clip: Path) -> None:
        """Copy the packets of a clip behind those of the clips before."""
        with opened(clip) as video_file:
            pictures = pictures_of(clip, video_file)
            chosen: list[Any] = [pictures, *video_file.streams.audio[:1]]
            for packet in video_file.demux(*chosen):
                if packet.dts is None or packet.pts is None:
                    continue  # the end of a stream
                offset = round(self._seconds / packet.time_base)
                packet.dts, packet.pts = packet.dts + offset, packet.pts + offset
                kind = packet.stream.type
                # The sound of a clip may be a little longer than its pictures; it gives way to the next clip's.
                if packet.dts > self._last[kind]:
                    self._last[kind] = packet.dts
                    packet.stream = self._streams[kind]
                    self._film.mux(packet)
            self._seconds += float((pictures.duration or 0) * (pictures.time_base or 0)) or length_of(video_file)
