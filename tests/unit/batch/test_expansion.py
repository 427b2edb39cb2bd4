"""Prompts, axes and images multiplied out: what is made, what is drawn, and what a video's identity holds on to."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grokbatch.batch.prompts.expansion import Vocabulary, expand, factors
from grokbatch.batch.prompts.parser import parse
from tests.unit.batch.batch_files import POST, POSTS, loaded, problems, texts

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.text("abcdefgh", min_size=1, max_size=6)
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ({"prompt": "a"}, ["a"]),
        ({"prompt": "a", "count": 2}, ["a", "a"]),
        ({"prompt": "{a|b}", "count": 2}, ["a", "a", "b", "b"]),
        ({"prompts": ["a", {"prompt": "b", "count": 3}], "count": 2}, ["a", "a", "b", "b", "b"]),
        ({"prompt": "{x} y", "axes": {"x": ["1", "2"]}}, ["1 y", "2 y"]),
        # around the prompt: a space between, unless there is one or a comma follows
        ({"prompt": "a", "prefix": "pre", "suffix": "post"}, ["pre a post"]),
        ({"prompt": "a", "prefix": "pre ", "suffix": " post"}, ["pre a post"]),
        ({"prompt": "a", "suffix": ", post"}, ["a, post"]),
        ({"prompt": "a", "suffix": "{, dusk|}"}, ["a, dusk", "a"]),
        ({"prompt": "a  b", "prefix": "pre\n"}, ["pre a  b"]),
        ({"prompt": "pan", "prefix": "{x}", "axes": {"x": ["slow", "fast"]}}, ["slow pan", "fast pan"]),
        ({"prompts": ["a", "b"], "suffix": "{x|y}"}, ["a x", "a y", "b x", "b y"]),
        # exclude
        (
            {
                "prompt": "{x}{y}",
                "axes": {"x": ["1", "2"], "y": ["3", "4", "5"]},
                "exclude": [{"x": "1", "y": ["3", "4"]}, {"y": "5"}],
            },
            ["23", "24"],
        ),
        # what an option does not mention is not excluded
        ({"prompt": "{{x}|z}", "axes": {"x": ["1", "2"]}, "exclude": [{"x": "1"}]}, ["z", "2"]),
    ],
)
def test_what_is_said_is_multiplied_out_in_order(tmp_path: Path, said: dict[str, object], made: list[str]) -> None:
    """Table: the batch and the prompts of its videos."""
    assert texts(tmp_path, said) == made


def test_each_image_gets_all_prompts_and_its_videos_stand_together(tmp_path: Path) -> None:
    """Pages are loaded rarely; a prompt with an image of its own stays with it."""
    prompts = ["a", {"prompt": "b", "permalink": POSTS[0]}, {"prompt": "c", "permalink": POSTS[2]}]
    videos = loaded(tmp_path, {"permalink": POSTS[1], "prompts": prompts}).videos()
    assert [(video.permalink, video.prompt) for video in videos] == [
        (POSTS[1], "a"),
        (POSTS[0], "b"),
        (POSTS[2], "c"),
    ]
    text = f"permalinks: ['{POSTS[0]}', '{POSTS[1]}']\nprompts: [a, b]\n"
    assert [(video.permalink, video.prompt) for video in loaded(tmp_path, text).videos()] == [
        (POSTS[0], "a"),
        (POSTS[0], "b"),
        (POSTS[1], "a"),
        (POSTS[1], "b"),
    ]


def test_options_of_a_prompt_go_before_those_of_the_batch(tmp_path: Path) -> None:
    """The rest is as the batch says."""
    said = {
        "duration": 6,
        "preset": "Fun",
        "prompts": ["a", {"prompt": "b", "duration": 10, "expect": {"audio": True}}],
    }
    first, second = loaded(tmp_path, said).videos()
    assert (first.options.duration, first.options.preset, first.expect) == ("6", "Fun", None)
    assert (second.options.duration, second.options.preset) == ("10", "Fun")
    assert second.expect is not None
    assert second.expect.audio is True


TOO_MANY = "use sample, fewer choices, or raise max_videos"
SHARES = "3 x 2 = 6 from prompt 3, 2 from prompt 2, 1 from prompt 1, 2 from 2 others"
AXES = {"a": list("1234"), "b": list("123456"), "c": list("12345"), "d": list("1234567890")}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            {"prompt": "{a} {b} {c} {d}", "axes": AXES},
            f"prompt: 4 x 6 x 5 x 10 = 1,200 videos, more than max_videos (1,000); {TOO_MANY}",
        ),
        (
            {"prompt": "{a} {b} {c} {a|b}", "axes": {key: AXES[key] for key in "abc"}, "count": 5},
            f"prompt: 4 x 6 x 5 x 2 x 5 = 1,200 videos, more than max_videos (1,000); {TOO_MANY}",
        ),
        (
            {"prompt": "a", "count": 5, "max_videos": 4},
            f"prompt: 5 videos, more than max_videos (4); {TOO_MANY}",
        ),
        (
            {"prompts": ["a", "{a|b}", {"prompt": "{a|b|c}", "count": 2}, "b", "c"], "max_videos": 10},
            f"prompts: 11 videos, more than max_videos (10): {SHARES}; {TOO_MANY}",
        ),
        (
            {"prompt": "{a} {b}", "axes": {key: AXES[key] for key in "ab"}, "exclude": [{"a": "1"}], "max_videos": 17},
            f"prompt: 18 videos, more than max_videos (17); {TOO_MANY}",
        ),
        (
            {"prompt": "{a|b|c}", "sample": 2, "count": 10, "max_videos": 19},
            "prompt: 20 videos, more than max_videos (19); use a smaller sample, fewer choices, or raise max_videos",
        ),
        (
            {"prompt": "{a|b}" * 99, "max_videos": 100_000},
            f"prompt: {' x '.join(['2'] * 12)} x … = endlessly many videos, more than max_videos (100,000); {TOO_MANY}",
        ),
    ],
)
def test_an_explosion_is_refused_with_the_arithmetic(tmp_path: Path, said: dict[str, object], told: str) -> None:
    """The factors stand in the order in which they multiply; nothing is listed first."""
    (problem,) = problems(tmp_path, said)
    assert problem.partition(" ")[2] == told


def test_the_number_of_images_is_one_of_the_factors(tmp_path: Path) -> None:
    """Each image gets all prompts."""
    text = f"permalinks: ['{POSTS[0]}', '{POSTS[1]}', '{POSTS[2]}']\nprompt: '{{a|b}}'\ncount: 100\nmax_videos: 599\n"
    assert problems(tmp_path, text) == [
        f"x.yaml:2:9: prompt: 2 x 100 x 3 = 600 videos, more than max_videos (599); {TOO_MANY}"
    ]


# A draw


def drawn(folder: Path, prompt: str, sample: int, seed: int = 0, **more: object) -> list[str]:
    return texts(folder, {"prompt": prompt, "sample": sample, "seed": seed, **more})


def test_a_draw_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    """What is drawn stands in the order of all, each once."""
    prompt = "{a|b|c|d|e|f} {1|2|3|4}"
    once = drawn(tmp_path, prompt, 6, 1)
    assert drawn(tmp_path, prompt, 6, 1) == once == sorted(set(once))
    assert len(once) == 6
    assert drawn(tmp_path, prompt, 6, 2) != once


def test_one_more_option_changes_little_of_a_draw(tmp_path: Path) -> None:
    """What stays drawn keeps its videos."""
    options = [f"o{number}" for number in range(50)]
    before = set(drawn(tmp_path, "{" + "|".join(options) + "}", 20))
    after = set(drawn(tmp_path, "{" + "|".join(["new", *options]) + "}", 20))
    assert len(before & after) >= 19


def test_weights_make_an_option_come_up_more_often(tmp_path: Path) -> None:
    """Here twenty times as often as another."""
    others = "|".join(f"o{number}" for number in range(19))
    found = Counter(
        each.split()[0] for seed in range(20) for each in drawn(tmp_path, f"{{heavy::20|{others}}} {{1|2|3}}", 5, seed)
    )
    assert found["heavy"] > 30


def test_a_draw_from_endlessly_many_is_quick_and_repeatable(tmp_path: Path) -> None:
    """Nobody lists 2 to the 99th."""
    prompt = "{a|b}" * 99
    once = drawn(tmp_path, prompt, 50, 7)
    assert drawn(tmp_path, prompt, 50, 7) == once
    assert len(set(once)) == 50
    assert drawn(tmp_path, prompt, 50, 8) != once


def test_a_draw_by_chance_leaves_out_what_is_excluded_and_minds_weights(tmp_path: Path) -> None:
    """As the draw from a list does."""
    axes = {"x": ["1", "2"]}
    prompt = "{x} {often::9|seldom} " + "{a|b}" * 30
    made = drawn(tmp_path, prompt, 60, axes=axes, exclude=[{"x": "1"}])
    assert {text[0] for text in made} == {"2"}
    assert 40 < sum("often" in text for text in made) < 60


def test_a_sample_of_more_than_there_is_is_told_but_not_if_it_is_inherited(tmp_path: Path) -> None:
    """A shared sample serves files with few combinations, too."""
    told = "asks for 3 of 2 combinations: leave it out to make all there are"
    text = f"permalink: {POST}\nprompt: '{{a|b}}'\n"
    assert problems(tmp_path, f"{text}sample: 3\n") == [f"x.yaml:3:9: sample: {told}"]
    assert texts(tmp_path, f"{text}extends: base.yaml\n", base_yaml="defaults: {sample: 3, seed: 2}\n") == ["a", "b"]


# Properties


OPTION_LISTS = st.lists(st.lists(WORDS, min_size=1, max_size=4, unique=True), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(lists=OPTION_LISTS)
def test_there_are_as_many_variants_as_the_factors_say_and_always_the_same(lists: list[list[str]]) -> None:
    """Where all are distinct."""
    choices = [[f"{at}{word}" for word in words] + [""] for at, words in enumerate(lists)]
    parts, known = parse(" ".join(f"{{{'|'.join(words)}}}" for words in choices)), Vocabulary()
    variants = list(expand(parts, known))
    assert len(variants) == math.prod(factors(parts, known)) == math.prod(map(len, choices))
    assert variants == list(expand(parts, known))


@settings(max_examples=100, deadline=None)
@given(least=st.integers(0, 3), more=st.integers(0, 2), options=st.lists(WORDS, min_size=5, max_size=6, unique=True))
def test_the_ways_to_pick_several_are_counted_as_they_are_listed(least: int, more: int, options: list[str]) -> None:
    """Without listing them."""
    most = max(least + more, 1)
    parts = parse(f"{{{least}-{most}$$/$${'|'.join(options)}}}")
    assert [len(list(expand(parts, Vocabulary())))] == factors(parts, Vocabulary())


@QUICK
@given(
    prompts=st.lists(WORDS, min_size=1, max_size=5),
    extra=WORDS,
    at=st.integers(0, 5),
    order=st.randoms(use_true_random=False),
)
def test_a_videos_identity_outlives_insertion_and_reordering(
    tmp_path: Path, prompts: list[str], extra: str, at: int, order: object
) -> None:
    """Another prompt in the middle, another order, a raised count: nothing that was asked for is asked anew."""
    before = Counter(video.identity for video in loaded(tmp_path, {"prompts": prompts, "count": 2}).videos())
    assert set(before.values()) == {1}
    grown = [*prompts[:at], extra, *prompts[at:]]
    order.shuffle(grown)  # type: ignore[attr-defined]
    after = {video.identity for video in loaded(tmp_path, {"prompts": grown, "count": 3}).videos()}
    assert set(before) <= after


def test_a_thousand_videos_of_three_axes_are_told_apart_by_identity_and_id(tmp_path: Path) -> None:
    """As many as a batch has without max_videos."""
    axes = {name: [f"{name}{number}" for number in range(10)] for name in ("camera", "light", "place")}
    videos = loaded(tmp_path, {"prompt": "{camera} {light} {place}", "axes": axes}).videos()
    assert len({video.identity for video in videos}) == len({video.id for video in videos}) == 1000
