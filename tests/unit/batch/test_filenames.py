"""What video files are called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.batch.model.filenames import (
    FIELDS,
    TemplateError,
    check_template,
    file_names,
    name_of_any_resolution,
)
from grokbatch.batch.model.video import VideoOptions, VideoSpec


def videos(count: int, **options: str) -> list[VideoSpec]:
    chosen = VideoOptions(**options)
    numbers = range(1, count + 1)
    return [VideoSpec(f"video-{n:03}", "", "a prompt", options=chosen, index=n, repetition=n) for n in numbers]


def named(template: str, count: int = 2, **options: str) -> tuple[str, ...]:
    specs = videos(count, **options)
    return file_names(check_template(template), "cats", {each.id: "main" for each in specs}, specs)


@pytest.mark.parametrize(
    ("template", "first"),
    [
        ("{batch}-{index:03d}", "cats-001.mp4"),
        ("{batch}-{index:03d}.mp4", "cats-001.mp4"),
        ("{account} {id}", "main video-001.mp4"),
        ("{index}-{duration}-{resolution}-{aspect}-{preset}", "1-auto-720p-16x9-auto.mp4"),
        ("{index} {{draft}}", "1 {draft}.mp4"),
    ],
)
def test_a_template_becomes_a_name_for_each_video(template: str, first: str) -> None:
    assert named(template, resolution="720p", aspect="16:9")[0] == first


@pytest.mark.parametrize(
    ("template", "asked", "name"),
    [
        ("{index}-{resolution} {{x}}", {}, "1-480p {x}.mp4"),
        ("{index}-{resolution}", {"resolution": "720p"}, None),
        ("{index}-{aspect} {{resolution}}", {}, None),
    ],
)
def test_a_resolution_that_was_not_asked_for_is_left_open(template: str, asked: dict[str, str], name: str) -> None:
    found = name_of_any_resolution(check_template(template), "auto", "main", videos(1, **asked)[0])
    assert (found.format("480p") if found is not None else None) == name


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{batch}", "video-001 and video-002 would both be called cats.mp4; add {index} or {id}"),
        ("{title}", "{title} is not known; known are batch, index"),
        ("{id!r}", "is not known"),
        ("{id:>9}", "only index takes a format"),
        ("{index:999999999d}", "only index takes a format"),
        ("{index", "a brace is left open"),
        ("a/{index}", "cannot be a file's name everywhere"),
        ("take {index}?", "cannot be a file's name everywhere"),
        (".{index}", "would be a hidden file"),
        ("{index}" + "x" * 200, "cannot be a file's name everywhere"),
        ("take {index}.", "ends with a blank or a dot before its ending"),
        ("take {index} ", "ends with a blank or a dot before its ending"),
        ("take {index}..mp4", "ends with a blank or a dot before its ending"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(template: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        named(template)
    assert words in str(caught.value)


def test_a_reserved_name_of_windows_is_refused() -> None:
    with pytest.raises(TemplateError):
        named("CON", count=1)


def test_names_that_differ_in_case_only_are_the_same_on_windows_and_macos() -> None:
    specs = [VideoSpec("Pan-1", "", "p"), VideoSpec("pan-1", "", "p")]
    with pytest.raises(TemplateError):
        file_names("{id}", "cats", {each.id: "main" for each in specs}, specs)


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_usable_template_or_refused(text: str) -> None:
    try:
        names = named(text)
    except TemplateError:
        return
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(char in name for name in names for char in '<>:"/\\|?*')


def test_every_documented_field_can_be_used() -> None:
    template = "-".join(f"{{{name}}}" for name in FIELDS)
    assert len(set(named(template))) == 2
