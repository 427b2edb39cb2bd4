"""The pictures that videos start from: which are kept, where, and which one belongs to a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.source_pictures import LARGEST, is_kept, keep, keep_given, picture_of

if TYPE_CHECKING:
    from pathlib import Path

POST = "https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100"
OTHER = POST.replace("0f0e", "1f1e")
JPEG, PNG = b"\xff\xd8\xff\xe0 a picture", b"\x89PNG\r\n\x1a\n another"


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    return RunDirectory(tmp_path / "cats")


def test_the_picture_of_a_post_is_kept_for_its_owner_alone(directory: RunDirectory) -> None:
    assert picture_of(directory, POST) is None
    keep(directory, POST, JPEG)
    kept = picture_of(directory, POST)
    assert kept is not None
    assert (kept.read_bytes(), kept.suffix) == (JPEG, ".jpg")
    assert kept.stat().st_mode & 0o077 == 0
    assert "0f0e0d0c" not in kept.name
    assert is_kept(directory, POST)
    assert not is_kept(directory, OTHER)


def test_a_picture_of_another_format_takes_the_place_of_the_first(directory: RunDirectory) -> None:
    keep(directory, POST, JPEG)
    keep(directory, POST, PNG)
    assert [path.read_bytes() for path in directory.sources.iterdir()] == [PNG]


def test_a_picture_of_the_batch_stands_in_where_the_page_gave_none(directory: RunDirectory, tmp_path: Path) -> None:
    given = tmp_path / "mine.png"
    given.write_bytes(PNG)
    keep_given(directory, given)
    keep(directory, POST, JPEG)
    assert [path.read_bytes() for post in (POST, OTHER) if (path := picture_of(directory, post))] == [JPEG, PNG]
    assert not is_kept(directory, OTHER)  # so that the page's own is still taken


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>Just a moment</html>", JPEG + bytes(LARGEST)],
    ids=["nothing", "svg", "html", "too large"],
)
def test_what_is_no_picture_is_not_kept(directory: RunDirectory, content: bytes) -> None:
    keep(directory, POST, content)
    assert picture_of(directory, POST) is None


def test_no_link_leads_out_of_the_folder(directory: RunDirectory, tmp_path: Path) -> None:
    keep(directory, POST, JPEG)
    kept = picture_of(directory, POST)
    assert kept is not None
    (tmp_path / "secret.jpg").write_bytes(JPEG)
    kept.unlink()
    kept.symlink_to(tmp_path / "secret.jpg")
    assert picture_of(directory, POST) is None
