"""A video file's facts, and the refusal of whatever is not a whole video."""

from __future__ import annotations

import hashlib
import pickle
import struct
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grokbatch.demo
from grokbatch.media.errors import DamagedFileError
from grokbatch.media.probe import VideoFacts, read_facts
from tests.unit.media.video_files import packed_anew, photograph, still, write_video

if TYPE_CHECKING:
    from collections.abc import Callable

DAWN = Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4"
INDEX_FIRST = DAWN.read_bytes()
INDEX_LAST = packed_anew(INDEX_FIRST)
FRAGMENTS = packed_anew(INDEX_FIRST, movflags="frag_keyframe+empty_moov")
PICTURES = INDEX_FIRST.index(b"mdat") + 4
OFFSET = FRAGMENTS.index(b"tfhd") + 12  # where a fragment says that its data begin

Read: TypeAlias = "Callable[[bytes], VideoFacts]"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Write bytes to a file and read its facts."""
    path = tmp_path_factory.mktemp("media") / "video-001.mp4"

    def read_bytes(data: bytes) -> VideoFacts:
        path.write_bytes(data)
        return read_facts(path)

    return read_bytes


def test_a_whole_file_tells_its_facts() -> None:
    """Length, size, rate, sound and checksum of one of the demo's own clips."""
    facts = read_facts(DAWN)
    assert facts.duration == pytest.approx(2.0, abs=0.1)
    assert (facts.width, facts.height, facts.frames_per_second, facts.has_audio) == (400, 736, 24, True)
    assert (facts.size, facts.sha256) == (len(INDEX_FIRST), hashlib.sha256(INDEX_FIRST).hexdigest())


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    """Not every video has a sound track."""
    video_file = write_video(tmp_path / "mute.part", still(photograph(1), frames=3))
    assert not read_facts(video_file).has_audio


@pytest.mark.parametrize("whole", [INDEX_FIRST, INDEX_LAST], ids=["index-first", "index-last"])
def test_where_the_index_stands_makes_no_difference(read: Read, whole: bytes) -> None:
    """A video file with its index at the end is as whole as one that begins with it, and can be cut as well."""
    assert read(whole).width == 400

    @given(st.integers(min_value=0, max_value=len(whole) - 1))
    def cut_anywhere(cut: int) -> None:
        with pytest.raises(DamagedFileError, match=r"video-001\.mp4 is (cut off|empty|not an MP4 file)"):
            read(whole[:cut])

    cut_anywhere()


@settings(max_examples=25)
@given(st.data())
def test_media_data_of_unknown_length_are_missed_all_the_same(read: Read, data: st.DataObject) -> None:
    """A part "to the end of the file" hides from the structure that it was cut; the index knows what it needs."""
    kind = INDEX_FIRST.index(b"mdat")
    whole = INDEX_FIRST[: kind - 4] + struct.pack(">I", 0) + INDEX_FIRST[kind:]
    assert read(whole).width == 400
    cut = data.draw(st.integers(min_value=kind + 4, max_value=len(whole) - 1))
    with pytest.raises(DamagedFileError, match="is cut off"):
        read(whole[:cut])


def test_a_video_in_fragments_is_whole_and_can_be_cut(read: Read) -> None:
    """Pieces that each have an index of their own: a cut within one is noticed."""
    assert read(FRAGMENTS).duration == pytest.approx(2.0, abs=0.1)
    with pytest.raises(DamagedFileError, match="is cut off"):
        read(FRAGMENTS[: len(FRAGMENTS) // 2])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><title>Just a moment</title>", "is a web page, not a video"),
        (b'{"error": {"code": 7}}', "is a text, not a video"),
        (b"#EXTM3U\nhttps://elsewhere.example/video.ts\n", "is a text, not a video"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not an MP4 file"),
        (INDEX_FIRST[: INDEX_FIRST.index(b"mdat") - 4], r"is cut off: its media data \(mdat\) is missing"),
        (INDEX_LAST[: INDEX_LAST.index(b"moov") - 4], r"is cut off: its index \(moov\) is missing"),
        (INDEX_FIRST[:-1], r"is cut off: [\d,]+ bytes are there, it needs [\d,]+ or more"),
        (INDEX_FIRST + INDEX_FIRST[9000:], "is (damaged|cut off): "),
        (INDEX_FIRST[:20_000] + bytes(len(INDEX_FIRST) - 20_000), "is damaged after 1"),
        (INDEX_FIRST[:PICTURES] + b"none" * 50 + INDEX_FIRST[PICTURES + 200 :], "cannot be played: "),
        (FRAGMENTS[:OFFSET] + b"\x52" + FRAGMENTS[OFFSET + 1 :], "(cannot be played: it refers|is cut off)"),
    ],
    ids=[
        "empty",
        "page",
        "json",
        "playlist",
        "picture",
        "no-mdat",
        "no-moov",
        "one-byte",
        "resumed-amiss",
        "hole",
        "garbage",
        "outside",
    ],
)
def test_what_is_no_whole_video_is_refused(
    read: Read, content: bytes, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The error names the file and why; libav's own complaints do not reach the terminal, nor does the content."""
    with pytest.raises(DamagedFileError, match=rf"^video-001\.mp4 {reason}"):
        read(content)
    assert capfd.readouterr() == ("", "")


@settings(max_examples=25)
@given(st.data())
def test_garbled_files_are_read_or_refused(read: Read, data: st.DataObject) -> None:
    """Wrong bytes in the index never end in anything but facts or a refusal."""
    garbled = bytearray(INDEX_FIRST)
    places = st.integers(min_value=INDEX_FIRST.index(b"moov"), max_value=INDEX_FIRST.index(b"mdat") + 100)
    for place, byte in data.draw(st.dictionaries(places, st.integers(0, 255), min_size=1, max_size=5)).items():
        garbled[place] = byte
    with suppress(DamagedFileError):
        assert read(bytes(garbled)).duration > 0


def test_titles_in_another_encoding_do_no_harm(read: Read) -> None:
    """A title that is not UTF-8 does not make a video file unreadable."""
    assert read(INDEX_FIRST.replace(b"VideoHandler", b"Vid\xe9oHandler")).width == 400


def test_files_are_not_held_open(read: Read) -> None:
    """A video file that was read, or refused, can be renamed at once, on Windows too."""
    for content in (INDEX_FIRST, INDEX_FIRST[:-1], INDEX_FIRST[:20_000] + bytes(len(INDEX_FIRST) - 20_000)):
        with suppress(DamagedFileError):
            read(content)
        assert not [file for file in psutil.Process().open_files() if file.path.endswith(".mp4")]


def test_large_files_need_no_memory(tmp_path: Path) -> None:
    """A file of 200 MB is read block by block."""
    video_file, filling = tmp_path / "large.mp4", 200_000_000
    video_file.write_bytes(INDEX_FIRST + struct.pack(">I4s", filling + 8, b"free"))
    with video_file.open("r+b") as file:
        file.truncate(len(INDEX_FIRST) + 8 + filling)
    tracemalloc.start()
    try:
        assert read_facts(video_file).size > filling
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_refusal_travels_between_processes(read: Read) -> None:
    """A worker can tell the controller of it."""
    with pytest.raises(DamagedFileError) as caught:
        read(b"")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own
