"""What a submit asks for is read from its body, and nothing else passes for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grokbatch.site.api.request_body import AskedFor, mismatch, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

few = settings(max_examples=100, deadline=None)
PROMPT = "a cat - it sits"
IMAGE = "5a1c0e77-3d28-4b6f-9e04-2c7b8d9f1a30"
OTHER = "0f2d6c1e-4a7b-4c55-9d10-8e7a5b3c2d11"
OWNER = "3e8b5f70-9c1d-4a26-b384-d7f0a1c2e5b6"
SOURCE = f"https://assets.test/users/{OWNER}/{IMAGE}/content"
OPTIONS = {"duration": "6", "resolution": "480p", "aspect": "16:9", "preset": "Normal"}

Body = dict[str, Any]


def today(prompt: str | None = PROMPT, image: object = IMAGE, **more: Any) -> Body:
    """Return a submit of the page of today; None: one of the buttons that start a video without a prompt."""
    flag = "normal" if prompt is None else "custom"
    told = {"prompt": prompt, "inputAssets": [image], "aspectRatio": "16:9", "duration": 6, "resolutionName": "480p"}
    message = " ".join(filter(None, (prompt, f"--mode={flag}")))
    if prompt is None:
        del told["prompt"]
    return {"message": message, "mediaGenInput": {"imageToVideo": told | {"mode": flag, "skipAudio": False} | more}}


def built_in(prompt: str = PROMPT, image: str = IMAGE, **more: Any) -> Body:
    """Return a submit of the built-in site's older pages."""
    told = {"message": prompt, "parentPostId": image, "videoLength": 6, "resolutionName": "480p", "aspectRatio": "16:9"}
    return told | {"preset": "normal"} | more


def older(prompt: str = PROMPT, image: str = IMAGE, **more: Any) -> Body:
    """Return a submit with the image's address before the prompt, and its options in a configuration."""
    config = {"parentPostId": image, "aspectRatio": "16:9", "videoLength": 6, "resolutionName": "480p"}
    model = {"modelConfigOverride": {"modelMap": {"videoGenModelConfig": config | more}}}
    message = f"https://assets.test/users/{OWNER}/{image}/content  {prompt} --mode=custom"
    tools = {"videoGen": True, "imageGen": False}
    return {"message": message, "fileAttachments": [image], "toolOverrides": tools, "responseMetadata": model}


FORMS: dict[str, Callable[..., Body]] = {"today": today, "built-in": built_in, "older": older}


def read(body: object) -> AskedFor:
    return read_request(json.dumps(body))


def wrong(body: object, *, prompt: str = PROMPT, image_id: str = IMAGE, options: dict[str, str] = OPTIONS) -> str:
    return mismatch(read(body), prompt=prompt, image_id=image_id, options=options)


@pytest.mark.parametrize("form", FORMS)
def test_every_known_form_is_understood(form: str) -> None:
    """Kind, prompt without flags and addresses, image and options come out, and nothing is wrong."""
    asked = read(FORMS[form]())
    assert (asked.kind, asked.prompts, asked.is_promptless) == ("video", (PROMPT,), False)
    assert asked.image_ids == {IMAGE}
    assert (asked.duration, asked.resolution, asked.aspect) == (6, "480p", "16:9")
    assert wrong(FORMS[form]()) == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (today(None), "it carries no prompt"),
        (today(""), "it carries no prompt"),
        (today(None, mode="extremely-spicy-or-crazy"), "it carries no prompt"),
        ({"message": "", "parentPostId": IMAGE, "autoStart": True}, "it carries no prompt"),
        ({"mediaGenInput": {"imageToVideo": {"inputAssets": [IMAGE]}}}, "it carries no prompt"),
        (older(""), "it carries no prompt"),
        (today(PROMPT + " and sleeps"), "it carries another prompt"),
        (today("a cat"), "it carries another prompt"),
        (built_in("a dog"), "it carries another prompt"),
        (older("a dog"), "it carries another prompt"),
        ({"message": "a dog"}, "it carries another prompt"),
        (today() | {"mediaGenInput": {"imageToVideo": {"prompt": "a dog"}}}, "it carries another prompt"),
        ({"mediaGenInput": {"imageEdit": {"prompt": PROMPT, "inputAssets": [IMAGE]}}}, "it edits the image"),
        ({"mediaGenInput": {"imageToImage": {"prompt": PROMPT}}}, "it edits the image"),
        ({"message": PROMPT, "modelName": "imagine-image-edit"}, "it edits the image"),
        (built_in(mode="image") | {"videoLength": None}, "it makes an image, not a video"),
        ({"mediaGenInput": {"textToImage": {"prompt": PROMPT}}}, "it makes an image, not a video"),
        ({"message": PROMPT, "toolOverrides": {"imageGen": True}}, "it makes an image, not a video"),
        (today(duration=10), "it asks for 10 s, not 6 s"),
        (today(duration="10s"), "it asks for 10 s, not 6 s"),
        (built_in(videoLength=15), "it asks for 15 s, not 6 s"),
        (older(videoLength=10.0), "it asks for 10 s, not 6 s"),
        (today(resolutionName="720p"), "it asks for 720p, not 480p"),
        (today(resolutionName="RESOLUTION_720P"), "it asks for 720p, not 480p"),
        (today(aspectRatio="9:16"), "it asks for 9:16, not 16:9"),
        (today(aspectRatio="ASPECT_RATIO_9_16"), "it asks for 9:16, not 16:9"),
        (today(mode="extremely-spicy-or-crazy"), "it asks for the preset spicy, not normal"),
        (built_in(preset="fun"), "it asks for the preset fun, not normal"),
        (today(image=OTHER), "it is about another image"),
        (today(image={"assetId": OTHER}), "it is about another image"),
        (today(image=SOURCE.replace(IMAGE, OTHER)), "it is about another image"),
        (built_in(image=OTHER), "it is about another image"),
        (older(image=OTHER), "it is about another image"),
    ],
)
def test_what_was_not_asked_for_is_told_in_plain_words(body: Body, said: str) -> None:
    """The words never quote a prompt."""
    assert wrong(body) == said


@pytest.mark.parametrize(
    "body",
    [
        today(image=SOURCE),
        today(image={"assetId": IMAGE.upper()}),
        today(image={"fileUri": SOURCE, "type": "image"}),
        today(image="file_01"),
        today(duration="auto", resolutionName="high", aspectRatio="auto", mode="cinematic"),
        today(duration=True, resolutionName=None, aspectRatio=169),
        today(PROMPT.replace("-", "—")),
        built_in(image=OTHER) | {"imageUrl": SOURCE},
        {"videoLength": 10, "resolutionName": "720p", "aspectRatio": "1:1", "preset": "fun"} | today(mode="normal"),
        {"message": f"{PROMPT} --mode=custom"},
        {"message": "Animate this --mode=custom", "mediaGenInput": {"imageToVideo": {"prompt": PROMPT}}},
        {"message": PROMPT, "mediaGenInput": {"imageToVideo": {"prompt": ""}}},
        {"message": PROMPT, "mediaGenInput": {"imageToVideo": {"x": 1}, "imageEdit": {}, "textToImage": None}},
        [built_in()],
    ],
)
def test_what_is_not_understood_or_only_written_otherwise_is_not_wrong(body: object) -> None:
    """Each thing is looked at only where its field is understood."""
    assert wrong(body) == ""


def test_what_the_batch_does_not_name_may_be_anything() -> None:
    """Options without a value, `max`, and an image without an id are not looked at."""
    body = today(duration=10, resolutionName="720p", aspectRatio="1:1", mode="extremely-crazy", image=OTHER)
    assert wrong(body, image_id="", options={"duration": "max", "resolution": "max"}) == ""
    assert wrong(body, image_id="not-a-uuid", options={}) == ""


@pytest.mark.parametrize(
    "body",
    [None, "", b"", "{", "[]", "[1]", "3", "null", '"text"', "a=b&c=d", b"\xff\xfe", "[" * 100_000, '{"a":' * 500],
)
def test_a_body_that_is_not_understood_tells_nothing(body: str | bytes | None) -> None:
    """It has no kind, and nothing is said to be wrong with it."""
    asked = read_request(body)
    assert asked == AskedFor()
    assert mismatch(asked, prompt=PROMPT, image_id=IMAGE, options=OPTIONS) == ""


@pytest.mark.parametrize(
    "body",
    [
        {"message": PROMPT},
        {"message": PROMPT, "toolOverrides": {"videoGen": True, "imageGen": True}},
        {"a": {"mode": "image"}},
    ],
)
def test_a_body_that_names_no_kind_or_two_is_of_an_unknown_one(body: Body) -> None:
    """A kind is never guessed."""
    assert read(body).kind == "unknown"


def test_bytes_are_read_like_text() -> None:
    """With a mark of their order before them, too."""
    body = json.dumps(today("日本語 🎬"), ensure_ascii=False)
    assert read_request(body.encode("utf-8-sig")) == read_request(body) == read_request(body.encode())


def test_a_prompt_is_in_no_text_that_is_shown_of_a_request() -> None:
    """Neither what is told of it nor its own form for people holds the prompt."""
    assert PROMPT not in repr(read(today()))


WORDS = st.lists(st.text(alphabet="abcXYZäß日本語0123456789", min_size=1, max_size=6), min_size=1, max_size=5)
PROMPTS = WORDS.map(" ".join)
SECONDS = st.sampled_from([6, 10, 15])
LINES = st.sampled_from(["480p", "720p", "1080p"])
IMAGES = st.uuids().map(str)


@few
@given(st.sampled_from([*FORMS]), PROMPTS, PROMPTS, SECONDS, SECONDS, IMAGES, IMAGES)
def test_a_request_passes_only_as_what_it_is(
    form: str, sent: str, wanted: str, seconds: int, length: int, image: str, post: str
) -> None:
    """It passes for its own prompt, length and image, and for no others."""
    name = "duration" if form == "today" else "videoLength"
    body = FORMS[form](sent, image, **{name: seconds})
    options = {"duration": str(length)}
    same = (sent, seconds, image) == (wanted, length, post)
    assert wrong(body, prompt=sent, image_id=image, options={"duration": str(seconds)}) == ""
    assert (wrong(body, prompt=wanted, image_id=post, options=options) == "") is same


@few
@given(st.sampled_from([*FORMS]), PROMPTS, PROMPTS)
def test_words_about_a_request_never_hold_its_prompt(form: str, sent: str, wanted: str) -> None:
    """Whichever way two prompts differ."""
    assume(sent != wanted)
    said = wrong(FORMS[form](sent), prompt=wanted)
    assert said == "it carries another prompt"


KEYS = """
    message prompt mediaGenInput imageToVideo imageEdit inputAssets parentPostId fileAttachments toolOverrides videoGen
    videoGenModelConfig duration videoLength resolutionName aspectRatio mode preset modelName imageUrl assetId
"""
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.sampled_from([IMAGE, SOURCE])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5)
    ),
    max_leaves=30,
)


@few
@given(st.one_of(ANYTHING.map(json.dumps), ANYTHING.map(json.dumps).map(str.encode), st.binary(), st.text()))
def test_no_body_breaks_the_reading(body: str | bytes) -> None:
    """Every field may be of every kind; what is said is one line."""
    asked = read_request(body)
    said = mismatch(asked, prompt=PROMPT, image_id=IMAGE, options=OPTIONS)
    assert "\n" not in said
    assert not (asked.is_promptless and asked.prompts)
