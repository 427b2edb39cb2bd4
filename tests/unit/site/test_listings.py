"""The lists of what exists: which finished video belongs to which prompt."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.site.api.listings import Listed, fuller, read_answers, read_assets

few = settings(max_examples=100, deadline=None)
OWNER = "3e8b5f70-9c1d-4a26-b384-d7f0a1c2e5b6"
IMAGE = "5a1c0e77-3d28-4b6f-9e04-2c7b8d9f1a30"
ONE, TWO = "0f2d6c1e-4a7b-4c55-9d10-8e7a5b3c2d11", "93c41f7a-0d2e-4b68-a7f5-1e6d8c9b0a42"
CONVERSATION = "6d1f0b92-7c3a-4e58-8b47-25a9e0c4f613"
MADE = "2026-09-24T10:00:00.123456789Z"
MADE_AT = datetime(2026, 9, 24, 10, 0, 0, 123456, UTC)
PROMPT = "a cat sits"

Fields = dict[str, Any]


def address(video: str) -> str:
    return f"users/{OWNER}/generated/{video}/generated_video.mp4"


def asset(video: str = ONE, **more: Any) -> Fields:
    told = {"assetId": video, "key": address(video), "mimeType": "video/mp4", "sizeBytes": "3", "createTime": MADE}
    inputs = {"prompt": PROMPT, "duration": 6, "inputAssets": [IMAGE]}
    return (
        told
        | {"mediaGenInput": {"imageToVideo": inputs}, "sourceConversationId": CONVERSATION, "responseId": "r"}
        | more
    )


def question(name: str = "q", message: str = f"{PROMPT} --mode=custom", **more: Any) -> Fields:
    image = {"fileMetadataId": IMAGE, "fileMimeType": "image/jpeg", "fileUri": f"users/{OWNER}/{IMAGE}/content"}
    return {"responseId": name, "message": message, "sender": "human", "fileAttachmentsMetadata": [image], **more}


def answer(video: str = ONE, parent: str = "q", **more: Any) -> Fields:
    file = {"fileMetadataId": video, "fileMimeType": "video/mp4", "fileUri": address(video)}
    told = {"responseId": f"to-{parent}", "message": "", "sender": "ASSISTANT", "createTime": MADE}
    return told | {"parentResponseId": parent, "fileAttachments": [video], "fileAttachmentsMetadata": [file]} | more


def picture(**more: Any) -> Fields:
    told = {"assetId": IMAGE, "key": f"users/{OWNER}/{IMAGE}/content", "mimeType": "image/jpeg", "createTime": MADE}
    return told | {"mediaGenInput": {"prompt": PROMPT}} | more


FILES = answer()["fileAttachmentsMetadata"]
WHOLE = Listed(ONE, address(ONE), PROMPT, MADE_AT, CONVERSATION)


@pytest.mark.parametrize(
    "body",
    [
        {"assets": [picture(), asset()], "nextPageToken": "x"},
        {"result": {"assets": [asset()]}},
        [asset()],
        {"assets": [asset(mediaGenInput={"prompt": PROMPT, "duration": 6})]},
        {"assets": [asset(mimeType=None)]},
        {"assets": [asset(assetId=None)]},
        {"assets": [asset(), asset(createTime=None, mediaGenInput=None)]},
        {"assets": [asset(createTime=None, mediaGenInput=None, key=None), asset()]},
        {"assets": [picture(videos=[asset()])]},
    ],
)
def test_a_video_among_the_assets_is_told_with_all_that_is_known_of_it(body: object) -> None:
    """Its file, its prompt, its time and its conversation, once, and no picture."""
    assert read_assets(json.dumps(body)) == (WHOLE,)
    assert read_assets(json.dumps(body).encode()) == (WHOLE,)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"mediaGenInput": None}, Listed(ONE, address(ONE), None, MADE_AT, CONVERSATION)),
        ({"mediaGenInput": {"imageToVideo": {"prompt": ""}}}, Listed(ONE, address(ONE), "", MADE_AT, CONVERSATION)),
        ({"createTime": "yesterday"}, Listed(ONE, address(ONE), PROMPT, None, CONVERSATION)),
        ({"createTime": 5, "sourceConversationId": 6}, Listed(ONE, address(ONE), PROMPT)),
        (
            {"key": f"users/{OWNER}/{ONE}/content"},
            Listed(ONE, f"users/{OWNER}/{ONE}/content", PROMPT, MADE_AT, CONVERSATION),
        ),
        ({"key": None}, Listed(ONE, "", PROMPT, MADE_AT, CONVERSATION)),
        ({"mediaGenInput": {"prompt": f"{PROMPT} --mode=custom"}}, WHOLE),
    ],
)
def test_what_an_asset_does_not_tell_is_unknown(more: Fields, expected: Listed) -> None:
    """No prompt at all is another thing than an empty one."""
    assert read_assets(json.dumps({"assets": [asset(**more)]})) == (expected,)


@pytest.mark.parametrize(
    "entry",
    [
        picture(),
        asset(progress=50),
        {"assetId": ONE},
        {"mimeType": "video/mp4"},
        {"key": 3},
        3,
        None,
    ],
)
def test_what_is_no_finished_video_is_not_listed(entry: object) -> None:
    """Pictures, those under way, and fields of other kinds."""
    assert read_assets(json.dumps({"assets": [entry]})) == ()


def listed(video: str, prompt: str | None, **more: Any) -> Listed:
    return Listed(video, address(video), prompt, MADE_AT, **more)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([question(), answer()], [listed(ONE, PROMPT)]),
        ([answer(), question()], [listed(ONE, PROMPT)]),
        (
            [question(), question("p", "a dog"), answer(TWO, "p"), answer()],
            [listed(TWO, "a dog"), listed(ONE, PROMPT)],
        ),
        ([question(), answer(parentResponseId=None)], [listed(ONE, PROMPT)]),
        ([question(), answer(parent="unknown")], [listed(ONE, None)]),
        ([question(), answer(prompt="its own")], [listed(ONE, "its own")]),
        ([question(message="", mediaGenInput={"imageToVideo": {"prompt": PROMPT}}), answer()], [listed(ONE, PROMPT)]),
        ([question(message="--mode=normal"), answer()], [listed(ONE, "")]),
        ([question(createTime=MADE), answer(createTime=None)], [listed(ONE, PROMPT)]),
        ([answer(prompt=PROMPT, parentResponseId=None, sender=None)], [listed(ONE, PROMPT)]),
        ([question(), answer(conversationId=CONVERSATION)], [listed(ONE, PROMPT, conversation_id=CONVERSATION)]),
        ([question(), answer(fileAttachmentsMetadata=[], fileAttachments=[IMAGE])], []),
        ([question(createTime=MADE, fileAttachmentsMetadata=FILES)], [listed(ONE, PROMPT)]),
        ([answer(parentResponseId=None, sender=None, message=f"{PROMPT} --mode=custom")], [listed(ONE, PROMPT)]),
        ([question("p", "a dog", fileAttachmentsMetadata=FILES), question(), answer()], [listed(ONE, PROMPT)]),
        ([question(), {"responseId": "r", "sender": "ASSISTANT", "message": "I cannot see it"}], []),
    ],
)
def test_the_videos_of_a_conversation_belong_to_their_questions(
    responses: list[Fields], expected: list[Listed]
) -> None:
    """The question is found by its id, else as the one before; one entry may also be both, the prompt and its result.

    What an answer tells as its own was only attached to a question.
    """
    for body in ({"responses": responses}, {"result": {"responses": responses}}, responses):
        assert read_answers(json.dumps(body)) == tuple(expected)


def test_the_conversation_that_a_list_names_is_that_of_its_videos() -> None:
    """It need not stand in each answer."""
    body = {"conversationId": CONVERSATION, "responses": [question(), answer()]}
    assert read_answers(json.dumps(body)) == (WHOLE,)


def video(name: str, progress: int = 100, **more: Any) -> Fields:
    told = {"videoId": name, "progress": progress, "moderated": False, "videoUrl": address(name), "assetId": name}
    return {"streamingVideoGenerationResponse": told | more}


NEW = {"conversation": {"conversationId": CONVERSATION}}
ASKED = {"userResponse": question(createTime=MADE)}
BUSY = video(ONE, 50, videoUrl=None, assetId=None)


MODERATED = Listed(ONE, "", PROMPT, MADE_AT, is_moderated=True)


def test_what_the_site_lists_as_moderated_is_told_as_such() -> None:
    (found,) = read_assets(json.dumps({"assets": [asset(moderated=True)]}))
    assert (found.video_id, found.is_moderated) == (ONE, True)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([NEW, ASKED, BUSY, video(ONE)], [WHOLE]),
        ([NEW, ASKED | video(ONE)], [WHOLE]),
        ([NEW, ASKED, BUSY, {"modelResponse": answer()}], [WHOLE]),
        ([NEW, ASKED, video(ONE), {"modelResponse": answer()}], [WHOLE]),
        ([NEW, ASKED, video(ONE, videoUrl=None)], [Listed(ONE, "", PROMPT, MADE_AT, CONVERSATION)]),
        (
            [ASKED, video(ONE), {"userResponse": question("p", "a dog", createTime=MADE)}, video(TWO)],
            [listed(ONE, PROMPT), listed(TWO, "a dog")],
        ),
        ([ASKED, BUSY], []),
        ([ASKED, video(ONE, moderated=True)], [replace(listed(ONE, PROMPT), is_moderated=True)]),
        ([ASKED, video(ONE, 33, moderated=True, videoUrl=None, assetId=None)], [MODERATED]),
    ],
)
@pytest.mark.parametrize("form", ["hoisted", "nested", "events", "array"])
def test_a_replay_in_the_shape_of_replies_tells_the_same(
    objects: list[Fields], expected: list[Listed], form: str
) -> None:
    """Hoisted or nested, joined in whatever way."""
    wrapped = [{"result": {"response": each} if form == "nested" else each} for each in objects]
    lines = [json.dumps(each) for each in wrapped]
    body = {"events": "\n\n".join(f"data: {line}" for line in lines), "array": f"[{','.join(lines)}]"}.get(form)
    assert read_answers(body or "\n".join(lines)) == tuple(expected)


KEYS = """
    assets responses result response userResponse modelResponse streamingVideoGenerationResponse conversation message
    prompt mediaGenInput fileAttachmentsMetadata assetId key mimeType createTime responseId parentResponseId sender
    conversationId progress moderated videoUrl
"""
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9))
LEAVES |= st.sampled_from([ONE, address(ONE), "video/mp4", "human", MADE])
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=6)
    ),
    max_leaves=40,
)


@few
@given(st.one_of(ANYTHING.map(json.dumps), st.lists(ANYTHING.map(json.dumps)).map("\n".join), st.text(), st.binary()))
def test_unknown_shapes_give_nothing_and_break_nothing(body: str | bytes) -> None:
    """Whatever is listed has an id of text, and an address or none."""
    for found in (*read_assets(body), *read_answers(body)):
        assert isinstance(found.video_id, str)
        assert found.video_id
        assert isinstance(found.address, str)
        assert found.prompt is None or isinstance(found.prompt, str)


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"assets":' * 500, "<html>", b"\xff", '{"assets":[[[]]]}'])
def test_what_is_no_list_gives_nothing(body: str | bytes) -> None:
    """Neither a page nor half an object nor endless nesting."""
    assert read_assets(body) == ()
    assert read_answers(body) == ()


def test_a_prompt_is_in_no_text_that_is_shown_of_a_listed_video() -> None:
    """Prompts are private."""
    assert PROMPT not in repr(WHOLE)


def test_what_one_list_leaves_out_is_taken_from_another() -> None:
    """The list of files may tell a video without its prompt, and the conversation's answers tell it with."""
    bare, told = (
        Listed("v", "users/u/generated/v/generated_video.mp4"),
        Listed("v", prompt="a heron", conversation_id="c"),
    )
    both = Listed("v", bare.address, "a heron", conversation_id="c")
    assert (fuller(bare, told), fuller(told, bare)) == (both, both)
