"""What is taken away of a choice, read by programs that know nothing of ours."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import url2pathname
from xml.etree import ElementTree

import av
import pypdf
import pytest
from PIL import Image

from grokbatch.media.probe import read_facts
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.picks import Pick, Picks
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.export.chosen import chosen, nothing_wanted, wanted_picks
from grokbatch.review.export.export import Cut, Export, Sheet, Wishes
from grokbatch.review.export.files import Form
from grokbatch.review.export.placing import OtherContentError
from grokbatch.review.export.timeline import NoLibraryError, how_to_get_it
from tests.unit.media.video_files import photograph, still, write_video
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest

NEEDS_OTIO = pytest.mark.skipif(find_spec("opentimelineio") is None, reason="has no wheels for this Python")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - another file system than that of the temporary folder
PICKS = Picks(
    "cats",
    "m",
    START,
    (Pick("video-001", 4, True), Pick("video-002", 2, False), Pick("video-003", 5, True, rank=1), Pick("video-004", 3)),
)


def file_of(path: Path, root: Path) -> FileRecord:
    facts = read_facts(path)
    return FileRecord(
        state=FileState.DONE,
        path=path.relative_to(root).as_posix(),
        at=START,
        duration=facts.duration,
        frames_per_second=facts.frames_per_second,
        has_audio=facts.has_audio,
    )


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three clips of one kind, and a larger one."""
    folder = tmp_path_factory.mktemp("clips")
    pictures = [still(photograph(seed), noise=2) for seed in (1, 2, 3)]
    larger = still(photograph(1, 240, 442), frames=24)
    return [
        write_video(folder / f"{number}.mp4", each, loudness=0.1) for number, each in enumerate([*pictures, larger])
    ]


@pytest.fixture
def made(tmp_path: Path, clips: list[Path]) -> tuple[RunDirectory, Manifest]:
    """Five videos on disk, the first of them in HD, too."""
    root = tmp_path / "reports" / "cats"
    (root / "videos").mkdir(parents=True)
    records = []
    for number in range(1, 6):
        path = root / "videos" / f"cats-{number:03d}.mp4"
        shutil.copy(clips[number % 3], path)
        fields: dict[str, Any] = {"download": file_of(path, root)}
        if number == 1:
            hd = path.with_name("cats-001-hd.mp4")
            shutil.copy(clips[3], hd)
            fields["hd"] = file_of(hd, root)
        records.append(video(number, Status.COMPLETED, **fields))
    return RunDirectory(root), manifest(*records)


def take(made: tuple[RunDirectory, Manifest], folder: Path, stars: int | None = None, **wishes: Any) -> list[str]:
    videos, missing = chosen(*made, wanted_picks(PICKS, stars))
    assert not missing
    return list(Export("cats", videos, PICKS.saved_at, folder, Wishes(**wishes)).write())


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_kept_comes_in_its_ranks_and_stars_choose_too() -> None:
    assert [pick.id for pick in wanted_picks(PICKS, None)] == ["video-003", "video-001"]
    assert [pick.id for pick in wanted_picks(PICKS, 3)] == ["video-003", "video-001", "video-004"]
    assert [pick.id for pick in wanted_picks(PICKS, 1)] == ["video-003", "video-001", "video-004"], "rejected are not"


@pytest.mark.parametrize(
    ("picks", "stars", "why", "better"),
    [
        ((Pick("a", 4), Pick("b", 4), Pick("c", 2), Pick("d", 5, False)), None, "2 with 4 stars, 1 with 2 stars", 4),
        ((Pick("a", 2), Pick("b", 1)), None, "1 with 2 stars, 1 with 1 star", 2),
        ((Pick("a", 3),), 5, "no video has 5 stars or more; there are 1 with 3 stars", 3),
        ((Pick("a", keep=False),), None, "no video is kept; there are 1 rejected", None),
        ((), None, "no video is kept; there are no ratings either", None),
    ],
)
def test_why_there_is_nothing_is_told(picks: tuple[Pick, ...], stars: int | None, why: str, better: int | None) -> None:
    said, suggested = nothing_wanted(Picks("cats", "m", START, picks), stars)
    assert why in said
    assert suggested == better


def test_copies_are_files_of_their_own(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    best = tmp_path / "best"
    assert take(made, best) == [f"3 files in {best}"]
    assert sorted(content(best)) == ["cats-001-hd.mp4", "cats-001.mp4", "cats-003.mp4"]
    source = made[0].root / "videos" / "cats-003.mp4"
    copy = best / source.name
    assert copy.read_bytes() == source.read_bytes()
    assert not copy.samefile(source)
    before = copy.stat().st_mtime_ns, copy.stat().st_ino
    take(made, best)
    assert (copy.stat().st_mtime_ns, copy.stat().st_ino) == before, "what is there is left as it is"


def test_links_take_no_room_and_become_copies_when_these_are_wanted(
    made: tuple[RunDirectory, Manifest], tmp_path: Path
) -> None:
    source, copy = made[0].root / "videos" / "cats-003.mp4", tmp_path / "best" / "cats-003.mp4"
    for _ in range(2):
        assert take(made, tmp_path / "best", form=Form.LINKS) == [f"3 links in {tmp_path / 'best'}"]
        assert copy.samefile(source)
    take(made, tmp_path / "best")
    assert not copy.samefile(source)
    assert len(content(tmp_path / "best")) == 3, "no part is left"


@pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="needs a second file system")
def test_links_to_another_disk_are_symbolic(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    other = SHARED_MEMORY / f"grokbatch-{os.getpid()}"
    if SHARED_MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    try:
        take(made, other, form=Form.LINKS)
        assert (other / "cats-003.mp4").readlink() == (made[0].root / "videos" / "cats-003.mp4").resolve()
    finally:
        shutil.rmtree(other)


def test_a_zip_holds_the_files_as_they_are(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    take(made, tmp_path / "best", form=Form.ZIP, xmp=True)
    assert list(content(tmp_path / "best")) == ["cats.zip"]
    with zipfile.ZipFile(tmp_path / "best" / "cats.zip") as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
        source = made[0].root / "videos" / "cats-001.mp4"
        assert archive.read("cats-001.mp4") == source.read_bytes()
        assert rating_of(archive.read("cats-001.xmp")) == "4"
    take(made, tmp_path / "best", form=Form.ZIP, xmp=True)


@pytest.mark.parametrize("form", [Form.COPIES, Form.LINKS])
def test_a_file_of_the_users_own_is_never_replaced_unasked(
    made: tuple[RunDirectory, Manifest], tmp_path: Path, form: Form
) -> None:
    """Nothing at all is written then."""
    best = tmp_path / "best"
    best.mkdir()
    (best / "cats-003.mp4").write_bytes(b"mine")
    with pytest.raises(OtherContentError, match=r"cats-003\.mp4 is there already, with other content"):
        take(made, best, form=form)
    assert content(best) == {"cats-003.mp4": b"mine"}
    take(made, best, form=form, force=True)
    assert (best / "cats-003.mp4").stat().st_size > 1000


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("cats.m3u8", {"playlist": True}),
        ("cats.edl", {"edit_list": True}),
        ("cats-003.xmp", {"xmp": True}),
        pytest.param("cats.otio", {"timeline": True}, marks=NEEDS_OTIO),
        ("cats-contact-sheet.jpg", {"sheet": Sheet.JPEG}),
        ("cats-contact-sheet.pdf", {"sheet": Sheet.PDF}),
        ("cats.zip", {"form": Form.ZIP}),
    ],
)
def test_neither_is_any_other_file(
    made: tuple[RunDirectory, Manifest], tmp_path: Path, name: str, wish: dict[str, Any]
) -> None:
    """The same choice makes the same file, which is not in its own way."""
    best = tmp_path / "best"
    wish = {"form": Form.NONE} | wish
    take(made, best, **wish)
    written = content(best)
    assert name in written
    take(made, best, **wish)
    assert content(best) == written
    (best / name).write_bytes(b"mine")
    with pytest.raises(OtherContentError):
        take(made, best, **wish)
    assert content(best)[name] == b"mine"
    assert not list(best.glob(".*"))
    take(made, best, force=True, **wish)
    assert content(best) == written


def test_a_link_is_replaced_not_followed(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    best, elsewhere = tmp_path / "best", tmp_path / "elsewhere.m3u8"
    best.mkdir()
    elsewhere.write_bytes(b"mine")
    (best / "cats.m3u8").symlink_to(elsewhere)
    take(made, best, playlist=True, force=True)
    assert elsewhere.read_bytes() == b"mine"
    assert not (best / "cats.m3u8").is_symlink()


@pytest.mark.parametrize("form", list(Form))
def test_a_playlist_leads_to_the_files(made: tuple[RunDirectory, Manifest], tmp_path: Path, form: Form) -> None:
    take(made, tmp_path / "best", form=form, playlist=True)
    lines = (tmp_path / "best" / "cats.m3u8").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:cats"]
    assert lines[2].partition(",")[2] == "video-003 ★★★★★"
    files = [tmp_path / "best" / line for line in lines if not line.startswith("#")]
    assert [path.name for path in files] == ["cats-003.mp4", "cats-001-hd.mp4"]
    for path in files:
        with av.open(str(path)) as played:
            assert played.streams.video


def test_an_edit_list_is_read_by_an_editors_library(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    opentimelineio = pytest.importorskip("opentimelineio", reason="has no wheels for this Python")
    take(made, tmp_path / "best", edit_list=True)
    timeline = opentimelineio.adapters.read_from_file(str(tmp_path / "best" / "cats.edl"), rate=24)
    assert timeline.name == "cats"
    clips = list(timeline.video_tracks()[0].find_clips())
    assert [clip.name for clip in clips] == ["cats-003.mp4", "cats-001-hd.mp4"]
    for clip in clips:
        with av.open(str(tmp_path / "best" / clip.name)) as played:
            frames = sum(1 for _ in played.decode(video=0))
        assert abs(clip.source_range.duration.value - frames) <= 1
    assert len(timeline.audio_tracks()) == 1


def test_a_timeline_leads_to_the_files_with_pictures_and_sound(
    made: tuple[RunDirectory, Manifest], tmp_path: Path
) -> None:
    opentimelineio = pytest.importorskip("opentimelineio", reason="has no wheels for this Python")
    take(made, tmp_path / "best two", form=Form.NONE, timeline=True)
    timeline = opentimelineio.adapters.read_from_file(str(tmp_path / "best two" / "cats.otio"))
    assert timeline.name == "cats"
    clips = list(timeline.video_tracks()[0].find_clips())
    assert [clip.name for clip in clips] == ["cats-003.mp4", "cats-001-hd.mp4"]
    for clip in clips:
        path = tmp_path / "best two" / url2pathname(clip.media_reference.target_url)
        with av.open(str(path)) as played:
            frames = sum(1 for _ in played.decode(video=0))
            rate = played.streams.video[0].average_rate
        assert abs(clip.source_range.duration.value - frames) <= 1
        assert clip.source_range.duration.rate == pytest.approx(float(rate or 0))
    (sound,) = timeline.audio_tracks()
    assert sound.duration().to_seconds() == pytest.approx(timeline.duration().to_seconds(), abs=0.1)


def test_without_its_library_a_timeline_is_refused_before_anything_is_written(
    made: tuple[RunDirectory, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with pytest.raises(NoLibraryError, match="take --edit-list"):
        take(made, tmp_path / "best", timeline=True)
    assert not (tmp_path / "best").exists()


def test_an_installation_is_advised_only_where_there_is_one() -> None:
    assert "pip install 'grokbatch[timeline]'" in how_to_get_it((3, 13))
    assert "up to 3.13; this is 3.14" in how_to_get_it((3, 14))
    assert "pip install" not in how_to_get_it((3, 14))


def rating_of(text: bytes) -> str | None:
    names = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
    about = ElementTree.fromstring(text.decode()).find("rdf:RDF/rdf:Description", names)  # noqa: S314 - our own
    assert about is not None
    return about.get("{http://ns.adobe.com/xap/1.0/}Rating")


def test_ratings_go_beside_the_files(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    take(made, tmp_path / "best", xmp=True)
    ratings = {path.name: rating_of(path.read_bytes()) for path in (tmp_path / "best").glob("*.xmp")}
    assert ratings == {"cats-001.xmp": "4", "cats-001-hd.xmp": "4", "cats-003.xmp": "5"}


def test_a_contact_sheet_is_a_picture_or_pages(made: tuple[RunDirectory, Manifest], tmp_path: Path) -> None:
    take(made, tmp_path / "best", sheet=Sheet.JPEG)
    with Image.open(tmp_path / "best" / "cats-contact-sheet.jpg") as picture:
        picture.load()
        assert picture.format == "JPEG"
        assert picture.width > picture.height > 300
    take(made, tmp_path / "best", sheet=Sheet.PDF)
    assert len(pypdf.PdfReader(tmp_path / "best" / "cats-contact-sheet.pdf").pages) == 1


@pytest.mark.parametrize("cut", list(Cut))
def test_a_film_plays_all_picks(made: tuple[RunDirectory, Manifest], tmp_path: Path, cut: Cut) -> None:
    said = take(made, tmp_path / "best", 1, form=Form.NONE, film=cut)
    (line,) = said
    assert line.startswith(str(tmp_path / "best" / "cats-film.mp4: 0:"))
    with av.open(str(tmp_path / "best" / "cats-film.mp4")) as film:
        assert len(film.streams.audio) == 1
        seconds = [float(frame.time or 0) for frame in film.decode(video=0)][-1]
    videos = chosen(*made, wanted_picks(PICKS, 1))[0]
    with pytest.raises(OtherContentError, match=r"cats-film\.mp4 is there"):
        take(made, tmp_path / "best", 1, playlist=True, film=cut)
    assert len(content(tmp_path / "best")) == 1, "a film that may not be replaced is not begun, nor anything else"
    whole = sum(each.best.record.duration or 0 for each in videos)
    assert seconds == pytest.approx(whole - (0.7 if cut is Cut.FADE else 0), abs=0.15)
