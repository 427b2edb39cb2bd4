"""One image is one image, however its address was copied; what is none is refused with where to look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import BatchError, load_batch
from grokbatch.batch.model.permalink import read_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.batch.model.batch import Batch

    Write = Callable[..., Path]

UUID = "0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
OTHER = "1d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
POST = f"https://grok.com/imagine/post/{UUID}"
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a batch file, by default with one prompt, and the table `images.csv` beside it."""

    def write(text: str, *, table: str = "") -> Path:
        (tmp_path / "images.csv").write_text(table, "utf-8")
        path = tmp_path / "cats.yaml"
        path.write_text(text if "prompt" in text else f"{text}\nprompt: a red kite\n", "utf-8")
        return path

    return write


def loaded(path: Path, **said: str) -> Batch:
    return load_batch(path, display_path="cats.yaml", **said)


def refused(path: Path, **said: str) -> str:
    with pytest.raises(BatchError) as caught:
        loaded(path, **said)
    return str(caught.value)


SPELLINGS = [
    f"{POST}?source=copy_link&platform=web",
    f"{POST}?conversation={OTHER}",
    f"{POST}#top",
    f"{POST}?a=b#c",
    f"{POST}/",
    f"{POST}//?a",
    f"https://grok.com/imagine/post/{UUID.upper()}",
    f"HTTPS://GROK.COM/Imagine/Post/{UUID}",
    f"http://grok.com/imagine/post/{UUID}",
    f"https://www.grok.com/imagine/post/{UUID}",
    f"https://grok.com:443/imagine/post/{UUID}",
    f"grok.com/imagine/post/{UUID}",
    f"//www.grok.com/imagine/post/{UUID}?x",
    f"/imagine/post/{UUID}",
    f"<{POST}>",
    f'"{POST}"',
    f"\u201c{POST}\u201d",
    f"  {POST}\u00a0\n",
    f"\ufeff{POST}\u200b",
    UUID,
    f" <{UUID.upper()}> ",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_spelling_that_leaves_no_doubt_is_the_same_image(text: str) -> None:
    link = read_link(text)
    assert (link.plain, link.origin, link.text) == (POST, None, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        POST.replace("post", "saved"),
        POST[:-1],
        f"{POST}0",
        f"{POST}/edit",
        f"{POST} {POST}",
        f"{POST}?a b",
        f"https://ann@grok.com/imagine/post/{UUID}",
        f"ftp://grok.com/imagine/post/{UUID}",
        f"see {UUID}",
        UUID.replace("-", ""),
    ],
)
def test_where_there_is_a_doubt_nothing_is_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="not a permalink"):
        read_link(text)


@pytest.mark.parametrize("host", ["grok.com.example.org", "grokxcom", "grok.con", "grok.com:8443"])
def test_another_host_is_another_site(host: str) -> None:
    assert read_link(f"https://{host}/imagine/post/{UUID}").origin == f"https://{host}"


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_batch_asks_for_the_plain_form_whatever_it_says(write: Write, text: str) -> None:
    quoted = text.replace('"', '\\"').replace("\n", "\\n")
    batch = loaded(write(f'permalink: "{quoted}"'))
    assert [(video.permalink, video.address) for video in batch.videos()] == [(POST, POST)]
    assert batch.notes == (f"cats.yaml:1: permalink: read as {POST}",)
    assert batch.videos()[0].identity == loaded(write(f"permalink: {POST}")).videos()[0].identity


def test_what_is_written_plainly_needs_no_word(write: Write) -> None:
    assert loaded(write(f"permalink: {POST}")).notes == ()


def test_several_addresses_are_told_in_one_line(write: Write) -> None:
    table = f"prompt,permalink\nhills,{UUID}\nsea,www.grok.com/imagine/post/{OTHER}\n"
    batch = loaded(write("prompts_file: images.csv", table=table))
    assert batch.links == (POST, POST.replace(UUID, OTHER))
    assert batch.notes == (f"cats.yaml: 2 addresses of images are read in their plain form, such as {POST}",)


def test_an_address_of_one_prompt_is_told_with_its_place(write: Write) -> None:
    batch = loaded(write(f"prompts:\n  - prompt: hills\n    permalink: {UUID}\n"))
    assert batch.notes == (f"cats.yaml:3: prompts[1].permalink: read as {POST}",)


def test_the_command_line_may_spell_it_as_it_likes_too(write: Write) -> None:
    batch = load_batch(write(f"permalink: {POST}"), overrides=[f"permalink=grok.com/imagine/post/{OTHER}"])
    assert batch.links == (POST.replace(UUID, OTHER),)
    assert batch.notes == (f"--set permalink=grok.com/imagine/post/{OTHER}: read as {batch.links[0]}",)


def test_two_spellings_of_one_image_stand_in_a_list_twice(write: Write) -> None:
    text = refused(write(f"permalinks:\n  - {POST}\n  - {UUID.upper()}\n"))
    assert text == "cats.yaml:3:5: permalinks: is in this list twice, first in line 2"


COPY = "open the image on grok.com and copy the address that the browser shows then"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://grok.com/share/bGVnYWN5_0d3f", "a share link"),
        (f"grok.com/imagine/share/{UUID}", "a share link"),
        ("https://x.com/i/grok/share/4sNyXn", "a link on X"),
        ("https://twitter.com/someone/status/1", "a link on X"),
        (f"https://imagine-public.x.ai/imagine-public/images/{UUID}.jpg?cache=1", "the address of a picture file"),
        (f"https://imagine-public.x.ai/imagine-public/share-videos/{UUID}.mp4", "the address of a video file"),
        (f"https://assets.grok.com/users/{UUID}/generated/{OTHER}/image.jpg", "the address of a picture file"),
        ("https://example.org/kite.PNG", "the address of a picture file"),
        ("kite.png", "the address of a picture file"),
        ("https://grok.com/imagine", "another page of grok.com"),
        (f"https://grok.com/c/{UUID}", "another page of grok.com"),
        (f"https://www.grok.com/imagine/saved?x={UUID}", "another page of grok.com"),
    ],
)
def test_another_kind_of_address_is_refused_with_where_the_right_one_is(write: Write, text: str, kind: str) -> None:
    said = refused(write(f"permalink: {text}"))
    assert f'not "{text}": this is {kind}' in said
    assert said.endswith(COPY)
    table = refused(write("prompts_file: images.csv", table=f"prompt,permalink\nhills,{text}\n"))
    assert f'images.csv:2:2: permalink: must be https://grok.com/imagine/post/<uuid>, not "{text}": this is {kind}' in (
        table
    )


def test_the_address_that_the_built_in_site_prints_makes_the_videos_there(write: Write) -> None:
    batch = loaded(write(f"permalink: {LOCAL}/imagine/post/{UUID}"))
    assert (batch.site_name, batch.run_name) == (LOCAL, "cats")
    assert batch.videos()[0].address == f"{LOCAL}/imagine/post/{UUID}"
    assert batch.notes == (f"cats.yaml: the image is on {LOCAL}, and the videos are made there",)


@pytest.mark.parametrize("site", [LOCAL, "demo"])
def test_with_its_site_named_or_in_a_rehearsal_that_address_is_just_an_image(write: Write, site: str) -> None:
    batch = loaded(write(f"permalink: {LOCAL}/imagine/post/{UUID}\nsite: {site}"))
    assert (batch.site_name, batch.links, batch.notes) == (site, (POST,), ())


@pytest.mark.parametrize(
    ("text", "site", "place"),
    [
        (f"permalink: {LOCAL}/imagine/post/{UUID}\nsite: https://grok.com", "https://grok.com", "1:12: permalink"),
        (f"permalinks: [{POST}, {LOCAL}/imagine/post/{OTHER}]", "https://grok.com", "1:82: permalinks[2]"),
        (f"permalink: {LOCAL}/imagine/post/{UUID}\nsite: http://[::1]:9", "http://[::1]:9", "1:12: permalink"),
    ],
)
def test_an_image_on_another_site_than_the_videos_is_refused(write: Write, text: str, site: str, place: str) -> None:
    said = refused(write(text))
    assert said.startswith(f"cats.yaml:{place}: is on {LOCAL}, but the videos are made on {site}: correct it")


def test_a_prompt_never_goes_to_a_host_that_only_an_address_names(write: Write) -> None:
    """It may be a slip of the pen; and other faults are told with it."""
    said = refused(write(f"permalink: https://grok.con/imagine/post/{UUID}\ncount: 0"))
    assert "cats.yaml:1:12: permalink: is on https://grok.con, but the videos are made on https://grok.com" in said
    assert "cats.yaml:2:8: count: " in said
