"""What a batch asks for: its videos, the site it goes to, and what stays private."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from grokbatch.batch.loader import BatchError, load_batch
from grokbatch.batch.model.permalink import check_origin, on_site

if TYPE_CHECKING:
    from grokbatch.batch.model.batch import Batch

UUID = "0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
POST = f"https://grok.com/imagine/post/{UUID}"
EXAMPLES = Path(__file__).parents[3] / "batches"


def a_batch(**values: object) -> Batch:
    said = {"permalink": POST, "prompt": "a red kite", **values}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cats.yaml")
        path.write_text(json.dumps(said), "utf-8")
        return load_batch(path)


def test_a_batch_asks_for_count_videos_numbered_from_one() -> None:
    ids = [video.id for video in a_batch(count=100).videos()]
    assert (ids[0], ids[8], ids[99], len(ids)) == ("video-001", "video-009", "video-100", 100)


def test_a_video_carries_what_its_maker_needs() -> None:
    video = a_batch(timeout=5, max_wait=9).videos()[0]
    assert (video.permalink, video.address, video.prompt) == (POST, POST, "a red kite")
    assert (video.timeout, video.max_wait) == (5, 9)


def test_a_batch_for_another_site_asks_there_for_the_same_post() -> None:
    batch = a_batch(site="http://127.0.0.1:8000/")
    video = batch.videos()[0]
    assert video.address == f"http://127.0.0.1:8000/imagine/post/{UUID}"
    assert (batch.run_name, batch.site_name) == ("cats", "http://127.0.0.1:8000")


def test_a_demo_batch_has_its_own_run_directory_and_never_an_address_of_the_real_site() -> None:
    batch = a_batch(site="demo")
    assert (batch.run_name, batch.site_name, batch.is_demo) == ("cats.demo", "demo", True)
    assert batch.videos()[0].address == f"http://demo.invalid/imagine/post/{UUID}"
    assert batch.videos("http://127.0.0.1:9000")[0].address == f"http://127.0.0.1:9000/imagine/post/{UUID}"


def test_the_address_of_the_real_site_is_the_real_site() -> None:
    batch = a_batch(site="https://grok.com/")
    assert (batch.site, batch.run_name, batch.site_name) == (None, "cats", "https://grok.com")


def test_the_same_video_on_another_site_keeps_its_digest() -> None:
    video = a_batch().videos()[0]
    moved = video.on_site("http://127.0.0.1:9000")
    assert moved.address == f"http://127.0.0.1:9000/imagine/post/{UUID}"
    assert moved.digest == video.digest


def test_another_prompt_or_image_changes_the_digest_but_patience_does_not() -> None:
    digest = a_batch().videos()[0].digest
    assert a_batch(prompt="a blue kite").videos()[0].digest != digest
    assert a_batch(permalink=f"{POST[:-1]}4").videos()[0].digest != digest
    assert a_batch(timeout=10, count=7).videos()[0].digest == digest


def test_the_prompt_is_in_no_repr() -> None:
    batch = a_batch(prompt="zyxwv")
    assert "zyxwv" not in f"{batch!r} {batch} {batch.videos()!r}"
    with pytest.raises(BatchError) as caught:
        a_batch(prompt="zyxwv\0")
    assert "zyxwv" not in str(caught.value)


def test_a_batch_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        a_batch().count = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("HTTPS://Grok.COM:443/", "https://grok.com"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://proxy.example.org:080", "https://proxy.example.org:80"),
    ],
)
def test_a_site_is_kept_in_its_plainest_form(text: str, origin: str) -> None:
    assert check_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "grok.com",
        "ftp://grok.com",
        "http://",
        "http://a/b",
        "http://a?b",
        "http://a#b",
        "http://ann@a",
        "http://a:0",
        "http://a:65536",
        "http://a\n",
        "http://a b",
        "http://ä",
    ],
)
def test_anything_but_scheme_host_and_port_is_no_site(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        check_origin(text)


def test_path_and_query_stay_when_a_permalink_moves() -> None:
    assert on_site(f"{POST}?scope=asset", "http://a:1/") == f"http://a:1/imagine/post/{UUID}?scope=asset"


def test_the_demo_example_is_ready_to_run() -> None:
    batch = load_batch(EXAMPLES / "demo.yaml")
    assert (batch.run_name, batch.is_demo, len(batch.videos())) == ("demo.demo", True, 12)


def test_the_landscape_example_is_a_hundred_videos_on_the_real_site() -> None:
    batch = load_batch(EXAMPLES / "landscape.yaml")
    assert (batch.run_name, batch.site, len(batch.videos()), batch.parallel) == ("landscape", None, 100, 10)
