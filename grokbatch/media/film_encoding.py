"""Encodes clips of any sizes, rates and sounds to one film, with black bars and crossfades where they are needed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from grokbatch.media.errors import DamagedFileError, NoEncoderError
from grokbatch.media.frames import length_of, opened, pictures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    Planes = NDArray[np.uint8]
    """A picture in yuv420p: the rows of the brightness, then those of the two colours, as PyAV lays them out."""
    Sound = NDArray[np.float32]
    """Sound as [channel, sample]."""

ENCODERS = ("libx264", "h264_videotoolbox", "h264_mf", "libopenh264", "mpeg4")
"""The encoders that are tried in turn; wheels of PyAV have the first, and every FFmpeg the last."""

_RATE = 48_000
_BLACK, _NO_COLOUR = 16, 128
_LONGEST_RATE = 60


@dataclass(frozen=True)
class _Clip:
    path: Path
    width: int
    height: int
    rate: Fraction
    seconds: float
    has_sound: bool


def encode(clips: Sequence[Path], target: Path, crossfade: float) -> tuple[tuple[int, int], float, str, int]:
    """Write the film; return its size, its length in seconds, the encoder, and how many clips have black bars.

    The film has the size of the largest clip and the rate of the first. Raises what `write_film` raises.
    """
    import av

    encoder = next((name for name in ENCODERS if name in av.codecs_available), None)
    if encoder is None:
        raise NoEncoderError(f"this PyAV has no encoder for a film: none of {', '.join(ENCODERS)}")
    parts = [_looked_at(path) for path in clips]
    rate = min(parts[0].rate, Fraction(_LONGEST_RATE))
    largest = max(parts, key=lambda part: part.width * part.height)
    size = (largest.width + largest.width % 2, largest.height + largest.height % 2)
    counts = [max(1, round(part.seconds * rate)) for part in parts]
    overlaps = [min(round(crossfade * rate), *(count // 2 for count in pair)) for pair in pairwise(counts)] + [0]
    pictures = faded([_pictures(*part, rate, size) for part in zip(parts, counts, strict=True)], overlaps)
    lengths = [
        (_samples(count, rate), _samples(overlap, rate)) for count, overlap in zip(counts, overlaps, strict=True)
    ]
    has_sound = any(part.has_sound for part in parts)
    sounds = faded_sound([(part, *length) for part, length in zip(parts, lengths, strict=True)]) if has_sound else None
    _write(target, encoder, size, rate, pictures, sounds)
    letterboxed = sum(_fitting(part.width, part.height, size) != size for part in parts)
    return size, float((sum(counts) - sum(overlaps)) / rate), encoder, letterboxed


def faded(clips: Sequence[Iterable[Planes]], overlaps: Sequence[int]) -> Iterator[Planes]:
    """Yield the pictures of all clips; the last `overlaps[i]` of clip i are blended with the first of the next one."""
    ending: deque[Planes] = deque()
    for clip, overlap in zip(clips, overlaps, strict=True):
        following = iter(clip)
        steps = len(ending) + 1
        for number in range(1, steps):
            yield _blended(ending.popleft(), next(following), number / steps)
        for picture in following:
            ending.append(picture)
            if len(ending) > overlap:
                yield ending.popleft()


def faded_sound(parts: Sequence[tuple[_Clip, int, int]]) -> Iterator[Sound]:
    """Yield the sound of each clip in its length in samples, blended with the next clip's as the pictures are."""
    ending: Sound = np.zeros((2, 0), np.float32)
    for part, length, overlap in parts:
        sound = _sound(part, length)
        before = min(ending.shape[1], length)
        if before:
            share = np.linspace(0, 1, before, dtype=np.float32)
            sound[:, :before] = ending[:, :before] * (1 - share) + sound[:, :before] * share
        ending = sound[:, length - overlap :]
        yield sound[:, : length - overlap]


def _samples(frames: int, rate: Fraction) -> int:
    return round(frames * _RATE / rate)


def _blended(before: Planes, after: Planes, share: float) -> Planes:
    mixed: Planes = np.rint(before * (1 - share) + after * share).astype(np.uint8)
    return mixed


def _looked_at(path: Path) -> _Clip:
    with opened(path) as video_file:
        stream = pictures_of(path, video_file)
        shape = stream.codec_context
        rate = Fraction(stream.average_rate or stream.guessed_rate or 24)
        seconds = float((stream.duration or 0) * (stream.time_base or 0)) or length_of(video_file)
        return _Clip(path, shape.width, shape.height, rate, seconds, bool(video_file.streams.audio))


def _pictures(part: _Clip, count: int, rate: Fraction, size: tuple[int, int]) -> Iterator[Planes]:
    """Yield exactly `count` pictures of a clip at a steady rate, in the size of the film."""
    with opened(part.path) as video_file:
        stream = pictures_of(part.path, video_file)
        decoding = video_file.decode(stream)
        frame = following = next(decoding, None)
        if frame is None:
            raise DamagedFileError(part.path, "holds no pictures that can be played")
        start, shown, picture = float(frame.time or 0), None, None
        for number in range(count):
            # A picture that falls between two moments is not shown; half a picture early is still in time.
            until = start + float((number + Fraction(1, 2)) / rate)
            while following is not None and float(following.time or 0) <= until:
                frame, following = following, next(decoding, None)
            if frame is not shown or picture is None:
                shown, picture = frame, _on_canvas(frame, size)
            yield picture


def _fitting(width: int, height: int, size: tuple[int, int]) -> tuple[int, int]:
    """Return the largest even size of that shape within `size`."""
    scale = min(size[0] / width, size[1] / height)
    wide, high = (max(2, round(side * scale / 2) * 2) for side in (width, height))
    return min(wide, size[0]), min(high, size[1])


def _on_canvas(frame: VideoFrame, size: tuple[int, int]) -> Planes:
    wide, high = _fitting(frame.width, frame.height, size)
    fitted: Any = frame.reformat(wide, high, "yuv420p", interpolation="AREA").to_ndarray()
    if (wide, high) == size:
        return np.asarray(fitted, np.uint8)
    canvas = np.empty((size[1] * 3 // 2, size[0]), np.uint8)
    left, top = (size[0] - wide) // 4 * 2, (size[1] - high) // 4 * 2
    for half, (into, of) in enumerate(zip(_planes(canvas, *size), _planes(fitted, wide, high), strict=True)):
        into[:] = _NO_COLOUR if half else _BLACK
        x, y = (left // 2, top // 2) if half else (left, top)
        into[y : y + of.shape[0], x : x + of.shape[1]] = of
    return canvas


def _planes(picture: Planes, width: int, height: int) -> tuple[Planes, Planes, Planes]:
    """Return views of brightness and both colours."""
    flat, whole, quarter = picture.reshape(-1), width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:whole].reshape(height, width),
        flat[whole : whole + quarter].reshape(half),
        flat[whole + quarter : whole + 2 * quarter].reshape(half),
    )


def _sound(part: _Clip, length: int) -> Sound:
    """Return the sound of a clip in stereo, cut or filled with silence to `length` samples."""
    import av

    whole = np.zeros((2, length), np.float32)
    if not part.has_sound:
        return whole
    resampler = av.AudioResampler("fltp", "stereo", _RATE)
    with opened(part.path) as video_file:
        frames: Iterable[Any] = [*video_file.decode(video_file.streams.audio[0]), None]
        at = 0
        for piece in (piece for frame in frames for piece in resampler.resample(frame)):
            samples = piece.to_ndarray()[:, : length - at]
            whole[:, at : at + samples.shape[1]] = samples
            at += samples.shape[1]
    return whole


def _write(
    target: Path,
    encoder: str,
    size: tuple[int, int],
    rate: Fraction,
    pictures: Iterator[Planes],
    sounds: Iterator[Sound] | None,
) -> None:
    import av

    quality = {"crf": "18", "preset": "medium"} if encoder == "libx264" else {}
    with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as film:
        video: Any = film.add_stream(encoder, rate=rate, options=quality)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        if encoder != "libx264":
            video.bit_rate = 12_000_000
        sound: Any = None if sounds is None else film.add_stream("aac", rate=_RATE, layout="stereo")
        at = 0
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            film.mux(video.encode(frame))
            # The sound goes with the pictures, so that a player finds both in one place of the file.
            while sound is not None and sounds is not None and at / _RATE < number / rate:
                part = next(sounds, None)
                if part is None:
                    break
                at = _add_sound(film, sound, part, at)
        film.mux(video.encode(None))
        if sound is not None:
            for part in sounds or ():
                at = _add_sound(film, sound, part, at)
            film.mux(sound.encode(None))


def _add_sound(film: Any, stream: Any, sound: Sound, at: int) -> int:
    import av

    if sound.shape[1]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, at, Fraction(1, _RATE)
        film.mux(stream.encode(frame))
    return at + int(sound.shape[1])
