"""Makes a video file of any length from a clip that loops, by repeating its samples, without decoding.

A clip is written by `tools/make_clip.py`: a video and a sound track with headers of version 0. Its first picture is a
key frame, the others depend on earlier ones only, and its sound samples may follow each other in any order.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_DROPPED = (b"edts", b"udta")
_SAMPLES_PER_CHUNK = 1
# The offset of a duration in the body of a header.
_DURATION_AT = {b"mvhd": 16, b"tkhd": 20, b"mdhd": 16}


@dataclass(frozen=True)
class _Track:
    """A track of the clip: ticks per second, ticks per sample, the samples' bytes."""

    is_video: bool
    timescale: int
    delta: int
    samples: tuple[bytes, ...]

    def count(self, seconds: float) -> int:
        """Return the number of samples that fit into `seconds`."""
        return int(seconds * self.timescale / self.delta + 1e-6)

    def sample(self, index: int) -> bytes:
        """Return sample `index` of the endlessly repeated clip; the sound's first and last samples are not repeated."""
        if self.is_video or index == 0:
            return self.samples[index % len(self.samples)]
        middle = self.samples[1:-1]
        return middle[(index - 1) % len(middle)]


@dataclass(frozen=True)
class _Laid:
    """A track in the new file: the number of its samples, their sizes, and the offset of each."""

    track: _Track
    count: int
    sizes: list[int]
    offsets: list[int]


def extended(clip: bytes, seconds: float) -> bytes:
    """Return a video file of `seconds` made from `clip`, with its index at the beginning."""
    top = {kind: clip[start:end] for kind, start, end in _boxes(clip, 0, len(clip))}
    tracks = [_track(clip, moov) for moov in _find(top[b"moov"], b"trak")]
    data, laid = _interleaved(tracks, seconds)
    head = _box(b"ftyp", top[b"ftyp"])
    size = len(head) + len(_moov(top[b"moov"], laid, seconds, 0))
    return head + _moov(top[b"moov"], laid, seconds, size + 8) + _box(b"mdat", data)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while at < end:
        (size,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], at + 8, at + size
        at += size


def _find(body: bytes, kind: bytes) -> list[bytes]:
    found = []
    for name, start, end in _boxes(body, 0, len(body)):
        if name == kind:
            found.append(body[start:end])
        elif name in _CONTAINERS:
            found += _find(body[start:end], kind)
    return found


def _track(clip: bytes, trak: bytes) -> _Track:
    sizes, offsets, chunks = (_find(trak, kind)[0] for kind in (b"stsz", b"stco", b"stsc"))
    count = struct.unpack_from(">I", sizes, 8)[0]
    all_sizes = struct.unpack_from(f">{count}I", sizes, 12)
    starts = struct.unpack_from(f">{struct.unpack_from('>I', offsets, 4)[0]}I", offsets, 8)
    samples: list[bytes] = []
    for number, at in enumerate(starts, start=1):
        for _ in range(_per_chunk(chunks, number)):
            samples.append(clip[at : at + all_sizes[len(samples)]])
            at += len(samples[-1])
    (timescale,) = struct.unpack_from(">I", _find(trak, b"mdhd")[0], 12)
    (delta,) = struct.unpack_from(">I", _find(trak, b"stts")[0], 12)
    return _Track(_find(trak, b"hdlr")[0][8:12] == b"vide", timescale, delta, tuple(samples))


def _per_chunk(chunks: bytes, number: int) -> int:
    count = struct.unpack_from(">I", chunks, 4)[0]
    runs: list[tuple[int, int]] = [struct.unpack_from(">II", chunks, 8 + 12 * index) for index in range(count)]
    return next(samples for first, samples in reversed(runs) if first <= number)


def _interleaved(tracks: list[_Track], seconds: float) -> tuple[bytes, list[_Laid]]:
    due = [(index * track.delta / track.timescale, number, index) for number, track in enumerate(tracks)
           for index in range(track.count(seconds))]  # fmt: skip
    laid = [_Laid(track, track.count(seconds), [], []) for track in tracks]
    data = bytearray()
    for _, number, index in sorted(due):
        sample = tracks[number].sample(index)
        laid[number].sizes.append(len(sample))
        laid[number].offsets.append(len(data))
        data += sample
    return bytes(data), laid


def _moov(body: bytes, laid: list[_Laid], seconds: float, data_at: int) -> bytes:
    tracks = iter(laid)
    inside = b""
    for kind, start, end in _boxes(body, 0, len(body)):
        part = body[start:end]
        if kind == b"trak":
            inside += _box(kind, _rebuilt(part, next(tracks), seconds, data_at))
        elif kind == b"mvhd":
            inside += _box(kind, _timed(kind, part, round(seconds * 1000)))
    return _box(b"moov", inside)


def _rebuilt(body: bytes, laid: _Laid, seconds: float, data_at: int) -> bytes:
    inside = b""
    for kind, start, end in _boxes(body, 0, len(body)):
        part = body[start:end]
        if kind in _CONTAINERS:
            part = _rebuilt(part, laid, seconds, data_at)
        elif kind in _DURATION_AT:
            ticks = laid.count * laid.track.delta if kind == b"mdhd" else round(seconds * 1000)
            part = _timed(kind, part, ticks)
        else:
            part = _tables(laid, data_at).get(kind, part)
        inside += b"" if kind in _DROPPED else _box(kind, part)
    return inside


def _tables(laid: _Laid, data_at: int) -> dict[bytes, bytes]:
    first_pictures = range(1, laid.count + 1, len(laid.track.samples))
    return {
        b"stts": struct.pack(">4I", 0, 1, laid.count, laid.track.delta),
        b"stsz": struct.pack(f">{3 + laid.count}I", 0, 0, laid.count, *laid.sizes),
        b"stsc": struct.pack(">5I", 0, 1, 1, _SAMPLES_PER_CHUNK, 1),
        b"stco": struct.pack(f">{2 + laid.count}I", 0, laid.count, *(data_at + offset for offset in laid.offsets)),
        b"stss": struct.pack(f">{2 + len(first_pictures)}I", 0, len(first_pictures), *first_pictures),
    }


def _timed(kind: bytes, body: bytes, ticks: int) -> bytes:
    at = _DURATION_AT[kind]
    return body[:at] + struct.pack(">I", ticks) + body[at + 4 :]


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body
