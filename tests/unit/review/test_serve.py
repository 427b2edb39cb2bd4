"""The wall on 127.0.0.1: what it gives out, what it takes, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from grokbatch.batch.loader import load_batch
from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import Pick, Picks, PicksError, read_picks
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.serve.contents import ServedWall
from grokbatch.review.serve.server import server_of
from grokbatch.review.wall.content import WallSource
from tests.picks_file import picks_text
from tests.unit.page_reader import Reader
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIP = bytes(range(256)) * 40
PICKS = Picks("cats", "m", START, (Pick("video-001", 4, True),))
YAML = {"content-type": "application/yaml"}


def brought(name: str) -> FileRecord:
    return FileRecord(state=FileState.DONE, path=name, at=START, size=len(CLIP))


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """One video in the run directory, one in a folder elsewhere, a poster, and a secret beside them."""
    found = RunDirectory(tmp_path / "cats", tmp_path / "else where")
    for folder in (found.root / "videos", found.posters, tmp_path / "else where"):
        folder.mkdir(parents=True)
    (found.root / "videos" / "cats-001.mp4").write_bytes(CLIP)
    (found.root / "videos" / "other.mp4").write_bytes(b"not shown")
    (tmp_path / "else where" / "é#2.mp4").write_bytes(CLIP[::-1])
    (found.posters / "video-001.webp").write_bytes(b"poster")
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    elsewhere = str(tmp_path / "else where" / "é#2.mp4")
    ManifestStore(found.manifest).create(
        manifest(
            video(1, Status.COMPLETED, download=brought("videos/cats-001.mp4"), poster="posters/video-001.webp"),
            video(2, Status.COMPLETED, download=brought(elsewhere)),
            video(3, Status.COMPLETED, download=brought("../secret.mp4")),
            video(4, Status.PENDING),
        )
    )
    return found


@pytest.fixture
def client(directory: RunDirectory) -> Iterator[httpx.Client]:
    server = server_of([WallSource(directory)], "token")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            # Redirects are followed, so that one that leads out of the place is seen.
            with httpx.Client(
                base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", follow_redirects=True, trust_env=False
            ) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def videos_of(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in client.get("/token/videos").json()["videos"]}


def test_the_page_and_everything_that_it_shows_is_given_out(client: httpx.Client) -> None:
    page = client.get("/token/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["referrer-policy"] == "no-referrer", "the token is told to nobody"
    told = Reader(page.text).told
    assert told["served"] is True
    assert told | {"served": None} == client.get("/token/videos").json() | {"served": None}
    first, second, *_ = told["videos"]
    assert client.get(f"/token/{first['file']}").content == CLIP
    assert client.get(f"/token/{first['poster']}").content == b"poster"
    assert client.get(f"/token/{second['file']}").content == CLIP[::-1], "a folder elsewhere, with an odd name"


def test_players_get_the_parts_that_they_ask_for(client: httpx.Client) -> None:
    address = f"/token/{videos_of(client)['video-001']['file']}"
    part = client.get(address, headers={"range": "bytes=256-511"})
    assert (part.status_code, part.content) == (206, CLIP[256:512])
    assert part.headers["content-range"] == f"bytes 256-511/{len(CLIP)}"
    assert client.get(address, headers={"range": "bytes=-10"}).content == CLIP[-10:]
    assert client.get(address, headers={"range": f"bytes={len(CLIP)}-"}).status_code == 416


def test_a_file_outside_of_the_folders_is_not_shown(client: httpx.Client) -> None:
    """A manifest that was edited names it."""
    assert "file" not in videos_of(client)["video-003"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wrong/",
        "/wrong/videos",
        "/token/files",
        "/token/files/",
        "/token/files/KEY/",
        "/token/files/KEY",
        "/token/files/nokey/cats-001.mp4",
        "/token/manifest.json",
        "/token/picks.yaml",
        "/token/videos/",
        "/token/videos/cats-001.mp4",
        "/token/videos/other.mp4",
        "/token/../secret.mp4",
        "/token/%2e%2e/secret.mp4",
        "/token/files/../../secret.mp4",
        "/token/files/..%2f..%2fsecret.mp4",
        "/token/files/KEY/../../../secret.mp4",
        "/token/files/%2e%2e%2f%2e%2e/secret.mp4",
        "/token/files/..%5c..%5csecret.mp4/x",
        "/token/files//etc/passwd",
        "/token/files/%2fetc%2fpasswd/x",
        "/token/files/%00/x",
        "/docs",
        "/openapi.json",
    ],
)
def test_nothing_else_is_given_out(client: httpx.Client, path: str) -> None:
    """No list of a folder, no way out of it, nothing without the token."""
    key = videos_of(client)["video-001"]["file"].split("/")[1]
    # As raw bytes: the client would resolve `..` by itself.
    address = client.base_url.copy_with(raw_path=path.replace("KEY", key).encode())
    answer = client.get(address)
    assert answer.status_code == 404
    assert b"secret" not in answer.content
    assert b"cats-001" not in answer.content


def test_the_name_in_an_address_leads_nowhere(client: httpx.Client) -> None:
    key = videos_of(client)["video-001"]["file"].split("/")[1]
    assert client.get(f"/token/files/{key}/other.mp4").content == CLIP


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_picks_is_taken(client: httpx.Client, directory: RunDirectory, method: str) -> None:
    address = videos_of(client)["video-001"]["file"]
    for path in ("", "videos", address, "wall.html"):
        assert client.request(method, f"/token/{path}", content=b"x").status_code in {404, 405}
    assert (directory.root / "videos" / "cats-001.mp4").read_bytes() == CLIP


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1:8000", ""])
def test_a_page_that_calls_this_computer_by_another_name_gets_nothing(client: httpx.Client, host: str) -> None:
    assert client.get("/token/", headers={"host": host}).status_code == 400
    assert client.put("/token/picks", content=picks_text(PICKS), headers={"host": host}).status_code == 400


def test_picks_are_saved_beside_the_wall(client: httpx.Client, directory: RunDirectory) -> None:
    headers = YAML | {"origin": str(client.base_url).rstrip("/")}
    assert client.put("/token/picks", content=picks_text(PICKS), headers=headers).status_code == 204
    assert read_picks(directory.picks) == PICKS
    if os.name == "posix":
        assert directory.picks.stat().st_mode & 0o077 == 0
    assert client.get("/token/videos").json()["picks"]["of"] == {"video-001": {"rating": 4, "keep": True}}


@pytest.mark.parametrize(
    ("text", "status", "why"),
    [
        (picks_text(Picks("cats", "other", START)), 409, "these are picks of other videos"),
        (picks_text(Picks("cats", "m", START, (Pick("video-099", 4),))), 409, 'there is no video "video-099"'),
        ("version: 1\npicks: [", 409, "cannot be read as YAML"),
        ("", 409, "holds no picks"),
        ("#" * 1_000_001, 413, "More than 1 MB"),
    ],
)
def test_other_picks_are_refused_with_a_reason(
    client: httpx.Client, directory: RunDirectory, text: str, status: int, why: str
) -> None:
    client.put("/token/picks", content=picks_text(PICKS), headers=YAML)
    answer = client.put("/token/picks", content=text, headers=YAML)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert why in answer.text
    assert read_picks(directory.picks) == PICKS, "what was saved is left as it was"


def test_pages_of_other_sites_may_not_save(client: httpx.Client, directory: RunDirectory) -> None:
    for origin in ("https://grok.com", "null", "http://127.0.0.1:9"):
        answer = client.put("/token/picks", content=picks_text(PICKS), headers=YAML | {"origin": origin})
        assert answer.status_code == 403
    assert not directory.picks.exists()


def test_news_come_while_a_run_goes_on(client: httpx.Client, directory: RunDirectory) -> None:
    """The tag tells whether there is anything new: a finished video, or picks that another browser has saved."""
    first = client.get("/token/videos")
    same = client.get("/token/videos", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    (directory.root / "videos" / "cats-004.mp4").write_bytes(b"new")
    with ManifestStore(directory.manifest).transaction() as changed:
        changed.videos["video-004"].status = Status.COMPLETED
        changed.videos["video-004"].download = brought("videos/cats-004.mp4")
    news = client.get("/token/videos", headers={"if-none-match": first.headers["etag"]})
    assert news.status_code == 200
    assert client.get(f"/token/{videos_of(client)['video-004']['file']}").content == b"new"
    directory.picks.write_text(picks_text(PICKS))
    last = client.get("/token/videos", headers={"if-none-match": news.headers["etag"]})
    assert last.json()["picks"]["of"]
    directory.manifest.unlink()
    assert client.get("/token/videos").json() == last.json(), "between two runs with --fresh"


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl+C as a signal")
def test_the_command_serves_until_ctrl_c(tmp_path: Path) -> None:
    """A real server: the address is printed first, and one line at the end."""
    batch = tmp_path / "cats.yaml"
    link = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
    batch.write_text(yaml.safe_dump({"permalink": link, "prompt": "a hill"}))
    place = RunDirectory(tmp_path / "reports" / "cats")
    spec = load_batch(batch).videos()[0]
    ManifestStore(place.manifest).create(manifest(video(1, Status.COMPLETED, id=spec.id, digest=spec.digest)))
    command = [sys.executable, "-m", "grokbatch", "wall", str(batch), "--serve"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            address = server.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address), server.stderr.read()
            with httpx.Client(trust_env=False) as browser:  # its connection stays open
                assert json.loads(browser.get(f"{address}videos").text)["batch"] == "cats"
                assert browser.put(f"{address}picks", content=picks_text(PICKS)).status_code == 204
                server.send_signal(signal.SIGINT)
                said = server.communicate(timeout=30)
        finally:
            server.kill()
    assert server.returncode == 0
    assert said[0] == ""
    assert said[1].splitlines()[1:] == [f"ended; the picks are in {place.picks.relative_to(tmp_path)}"]
    assert read_picks(place.picks) == PICKS


def test_picks_go_to_the_batch_whose_manifest_they_name(directory: RunDirectory, tmp_path: Path) -> None:
    """Of two batches on one page; those of a third one are refused."""
    dogs = RunDirectory(tmp_path / "dogs")
    dogs.root.mkdir()
    ManifestStore(dogs.manifest).create(manifest(video(1, Status.PENDING), id="m2", batch="dogs"))
    wall = ServedWall(WallSource(directory), WallSource(dogs))
    assert '"dogs/video-001"' in wall.contents().data
    wall.save(picks_text(Picks("dogs", "m2", START, (Pick("video-001", 2),))).encode())
    assert read_picks(dogs.picks).picks == (Pick("video-001", 2),)
    assert not directory.picks.exists()
    assert '"rating": 2' in wall.contents().data
    with pytest.raises(PicksError, match="picks of other videos"):
        wall.save(picks_text(Picks("cows", "m3", START, ())).encode())


def test_files_of_the_same_name_in_two_batches_have_addresses_of_their_own(
    directory: RunDirectory, tmp_path: Path
) -> None:
    dogs = RunDirectory(tmp_path / "dogs")
    (dogs.root / "videos").mkdir(parents=True)
    (dogs.root / "videos" / "cats-001.mp4").write_bytes(b"a dog")
    ManifestStore(dogs.manifest).create(
        manifest(video(1, Status.COMPLETED, download=brought("videos/cats-001.mp4")), id="m2", batch="dogs")
    )
    files = ServedWall(WallSource(directory), WallSource(dogs)).contents().files
    assert sorted(path.read_bytes()[:5] for path in files.values() if path.name == "cats-001.mp4") == [
        CLIP[:5],
        b"a dog",
    ]
