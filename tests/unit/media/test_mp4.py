"""The reader of MP4 files: complete or not, how long, how large."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import grokbatch.demo
from grokbatch.media.mp4 import boxes_of_file, is_complete, movie_facts, top_boxes

CLIP = (Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4").read_bytes()


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def test_a_whole_file_tells_its_size_and_duration() -> None:
    """Width, height and duration come out of the movie's headers."""
    boxes = top_boxes(CLIP)
    movie = next(each for each in boxes if each.kind == "moov")
    facts = movie_facts(CLIP[movie.start : movie.end], len(CLIP))
    assert is_complete(boxes, len(CLIP))
    assert (facts.width, facts.height, facts.size) == (400, 736, len(CLIP))
    assert facts.duration == pytest.approx(2.0, abs=0.1)


@given(st.integers(min_value=0, max_value=len(CLIP) - 1))
def test_a_file_that_is_cut_anywhere_is_not_complete(cut: int) -> None:
    """However much of it has arrived, less than all is not enough."""
    part = CLIP[:cut]
    assert not is_complete(top_boxes(part), len(part))


def test_boxes_of_64_bits_and_to_the_end_of_the_file_are_read() -> None:
    """A large mdat may give its length in 64 bits, or not at all."""
    large = struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd"
    data = box(b"ftyp") + box(b"moov") + large
    assert is_complete(top_boxes(data), len(data))
    open_ended = box(b"ftyp") + box(b"moov") + struct.pack(">I4s", 0, b"mdat") + b"abc"
    assert is_complete(top_boxes(open_ended), len(open_ended))


@given(st.binary(max_size=300))
def test_garbage_does_not_break_the_reader(data: bytes) -> None:
    """Any bytes at all are read without an exception."""
    top_boxes(data)
    movie_facts(box(b"moov", data), len(data))


@given(st.binary(max_size=300))
def test_a_file_on_disk_and_its_bytes_have_the_same_boxes(data: bytes) -> None:
    """Read by headers alone or as a whole: where both find a box, it is the same one."""
    try:
        on_disk = list(boxes_of_file(io.BytesIO(data), len(data)))
    except ValueError:
        return
    whole = top_boxes(data)
    assert on_disk[: len(whole)] == whole
