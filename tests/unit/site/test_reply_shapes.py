"""The replies of the page of today in all shapes in which they come, made up after the reference."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.site.api.generation_stream import StreamFacts, StreamReader

few = settings(max_examples=60)
IMAGE = "5a1c0e77-3d28-4b6f-9e04-2c7b8d9f1a30"
OWNER = "3e8b5f70-9c1d-4a26-b384-d7f0a1c2e5b6"
VIDEO = "0f2d6c1e-4a7b-4c55-9d10-8e7a5b3c2d11"
CONVERSATION = "6d1f0b92-7c3a-4e58-8b47-25a9e0c4f613"
QUESTION, ANSWER = "9b1f2c3d-0000-4000-8000-000000000001", "9b1f2c3d-0000-4000-8000-000000000002"
OLDER = "9b1f2c3d-0000-4000-8000-000000000000"
ADDRESS = f"users/{OWNER}/generated/{VIDEO}/generated_video.mp4"
STORED = f"https://assets.test/users/{OWNER}/{VIDEO}/content"
SOURCE = f"https://assets.test/users/{OWNER}/{IMAGE}/content"

Objects = list[dict[str, Any]]

NEW: dict[str, Any] = {"result": {"conversation": {"conversationId": CONVERSATION, "title": "", "assetIds": [IMAGE]}}}
ECHO: dict[str, Any] = {
    "result": {
        "userResponse": {
            "responseId": QUESTION,
            "message": "a prompt --mode=custom",
            "sender": "human",
            "parentResponseId": OLDER,
            "fileAttachments": [IMAGE],
            "fileAttachmentsMetadata": [{"fileMetadataId": IMAGE, "fileMimeType": "image/jpeg", "fileUri": SOURCE}],
            "mediaGenInput": {"imageToVideo": {"prompt": "a prompt", "inputAssets": [IMAGE]}},
        }
    }
}
TITLE: dict[str, Any] = {"result": {"title": {"newTitle": "A prompt"}}}


def hoisted(progress: int, **fields: Any) -> dict[str, Any]:
    told = {"videoId": VIDEO, "videoPostId": VIDEO, "progress": progress, "moderated": False, "imageReference": SOURCE}
    return {"result": {"streamingVideoGenerationResponse": told | fields}}


def nested(progress: int, **fields: Any) -> dict[str, Any]:
    return {"result": {"response": hoisted(progress, **fields)["result"] | {"responseId": ANSWER}}}


def answer(**fields: Any) -> dict[str, Any]:
    told = {"responseId": ANSWER, "message": "", "sender": "ASSISTANT", "parentResponseId": QUESTION}
    return {"result": {"modelResponse": told | {"fileAttachments": [], "generatedImageUrls": []} | fields}}


def attached(**fields: Any) -> dict[str, Any]:
    return answer(fileAttachmentsMetadata=[fields])


DONE = {"videoUrl": ADDRESS, "assetId": VIDEO}
BUSY: Objects = [NEW, ECHO, hoisted(1), hoisted(50)]

SUCCESSES: dict[str, Objects] = {
    "hoisted": [ECHO, hoisted(1), hoisted(33), hoisted(100, **DONE)],
    "nested": [NEW, nested(1), nested(95), nested(100, **DONE)],
    "without any envelope": [hoisted(100, **DONE)["result"]],
    "coarse": [*BUSY, hoisted(100, **DONE)],
    "a title after the end": [*BUSY, hoisted(100, **DONE), TITLE],
    "an empty answer after the end": [*BUSY, hoisted(100, **DONE), answer(), TITLE],
    "inside the answer": [ECHO, answer(**hoisted(100, **DONE)["result"])],
    "an asset without an address": [*BUSY, hoisted(100, assetId=VIDEO)],
    "an address without an asset": [*BUSY, hoisted(100, videoUrl=ADDRESS)],
    "the address under another key": [*BUSY, hoisted(100, contentUrl=STORED)],
    "the echo at the end": [hoisted(1), hoisted(100, **DONE), answer(fileAttachments=[VIDEO]), ECHO],
    "attached by its id": [*BUSY, answer(fileAttachments=[VIDEO])],
    "attached by its id, nothing before": [NEW, ECHO, answer(fileAttachments=[VIDEO])],
    "attached beside the image": [ECHO, answer(fileAttachments=[IMAGE, VIDEO])],
    "attached by its address": [*BUSY, answer(fileAttachments=[ADDRESS])],
    "attached with a type": [*BUSY, attached(fileMetadataId=VIDEO, fileMimeType="video/mp4")],
    "attached with type and address": [ECHO, attached(fileMimeType="video/mp4", fileUri=STORED)],
    "attached with an address": [ECHO, attached(fileUri=ADDRESS)],
    "attached with an address of no type": [ECHO, attached(contentUrl=STORED)],
    "the address in the answer": [ECHO, answer(fileUri=ADDRESS)],
    "contentUrl in the answer": [ECHO, answer(contentUrl=STORED)],
    "assetUrl in the answer": [ECHO, answer(assetUrl=STORED)],
    "an asset in the answer": [ECHO, answer(asset={"assetId": VIDEO, "mimeType": "video/mp4"})],
    "a nested answer": [ECHO, {"result": {"response": attached(fileUri=ADDRESS)["result"]}}],
    "beside a preview": [
        ECHO,
        answer(
            fileAttachmentsMetadata=[
                {"fileMimeType": "image/jpeg", "fileUri": ADDRESS.replace("generated_video.mp4", "preview_image.jpg")},
                {"fileMimeType": "video/mp4", "fileUri": ADDRESS},
            ]
        ),
    ],
    "with a preview": [ECHO, attached(fileUri=ADDRESS, url=f"users/{OWNER}/{VIDEO}/preview.jpg")],
    "attached outside of an answer": [ECHO, {"result": {"response": {"fileAttachments": [ADDRESS]}}}],
}


def read(objects: Objects, prefix: str = "", glue: str = "\n\n") -> StreamFacts:
    return StreamReader().feed(glue.join(prefix + json.dumps(each) for each in objects).encode())


@pytest.mark.parametrize("prefix", ["", "data: ", "event: message\ndata:"])
@pytest.mark.parametrize("shape", SUCCESSES)
def test_a_finished_video_is_found_wherever_it_stands(shape: str, prefix: str) -> None:
    """Its id is known, and neither the image's nor any other id is taken for it; nothing depends on the lines."""
    facts = read(SUCCESSES[shape], prefix)
    assert facts.names_video
    assert facts.ids == {VIDEO}
    assert not facts.moderated
    assert facts.error_message is None
    assert not facts.is_without_video


@pytest.mark.parametrize("shape", SUCCESSES)
def test_a_stream_that_stays_open_has_told_all_with_its_last_object(shape: str) -> None:
    """Success counts with the byte that completes it, not with the end of the reply."""
    reader = StreamReader()
    for byte in json.dumps(SUCCESSES[shape]).encode()[1:-1]:
        reader.feed(bytes([byte]))
    assert reader.facts == read(SUCCESSES[shape])


@pytest.mark.parametrize("shape", [name for name in SUCCESSES if "asset without" not in name and "its id" not in name])
def test_the_address_of_the_file_is_known_where_the_reply_gives_it(shape: str) -> None:
    """The image's address is never taken for it."""
    facts = read(SUCCESSES[shape])
    assert facts.urls <= {ADDRESS, STORED}
    assert IMAGE not in str(facts.urls)


UNFINISHED: dict[str, Objects] = {
    "half": BUSY,
    "100 without a file": [*BUSY, hoisted(100)],
    "a file before 100": [*BUSY, hoisted(95, **DONE)],
    "moderated": [*BUSY, hoisted(100, moderated=True)],
    "moderated though it has a file": [*BUSY, hoisted(100, moderated=True, **DONE)],
    "moderated in the answer": [*BUSY, hoisted(100, **DONE), answer(moderated=True)],
    "a chat answer": [NEW, ECHO, answer(message="I cannot see the image")],
    "a chat answer with the image": [ECHO, answer(fileAttachments=[IMAGE])],
    "a chat answer with the image's address": [ECHO, attached(fileMetadataId=IMAGE, fileUri=SOURCE)],
    "a chat answer with a link": [ECHO, answer(webSearchResults=[{"url": "https://x.test/a"}], metadata={"id": "m"})],
    "an answer under way": [ECHO, answer(partial=True, fileAttachments=["x"]), hoisted(5)],
    "an answer before the video": [ECHO, answer(fileAttachments=[VIDEO]), hoisted(5)],
    "another picture": [
        ECHO,
        {"result": {"streamingImageGenerationResponse": {"imageId": ANSWER, "imageUrl": SOURCE, "progress": 100}}},
        answer(fileAttachments=[ANSWER], generatedImageUrls=[f"users/{OWNER}/generated/{ANSWER}/image.jpg"]),
    ],
    "a picture attached": [ECHO, attached(fileMetadataId=OLDER, fileMimeType="image/png")],
}


@pytest.mark.parametrize("shape", UNFINISHED)
def test_what_names_no_finished_video(shape: str) -> None:
    """Progress, moderation, a chat answer and pictures are no success."""
    assert not read(UNFINISHED[shape]).names_video


@pytest.mark.parametrize("shape", [name for name in UNFINISHED if "chat" in name or "picture" in name])
def test_a_reply_with_neither_video_nor_error_nor_id_is_told_from_one_that_cannot_be_read(shape: str) -> None:
    """A chat answer is a form that we know; a page of HTML or an unknown object is not."""
    assert read(UNFINISHED[shape]).is_without_video
    for unknown in ([], [{"ok": True}], [{"result": {"surprise": {"id": VIDEO}}}], [TITLE]):
        assert not read(unknown).is_answer
        assert not read(unknown).is_without_video


@pytest.mark.parametrize("shape", ["half", "100 without a file", "moderated", "an answer under way"])
def test_a_video_under_way_or_moderated_is_no_chat_answer(shape: str) -> None:
    """Whatever speaks of a video, or refuses one, is another matter."""
    assert not read(UNFINISHED[shape]).is_without_video
    assert not read([ECHO, {"error": {"code": 13, "message": ""}}]).is_without_video


def test_a_reply_that_only_repeats_the_request_is_no_answer_of_the_site() -> None:
    """It may just as well have been cut off: only words or files of the site's own say that there is no video."""
    assert not read([NEW, ECHO]).has_spoken
    assert read(UNFINISHED["a chat answer"]).has_spoken
    assert not read([ECHO, answer(partial=True, message="Let me")]).has_spoken


def test_what_the_reply_repeats_of_the_request_is_not_the_video() -> None:
    """The image, the question, its parent and the conversation have ids, too."""
    facts = read([NEW, ECHO, hoisted(5, parentPostId=OLDER)])
    assert facts.ids == {VIDEO}
    assert facts.conversation_id == CONVERSATION
    assert facts.response_ids == {QUESTION}
    assert read([*BUSY, answer(fileAttachments=[VIDEO])]).response_ids == {QUESTION, ANSWER}


def test_a_post_that_the_reply_repeats_is_not_the_videos_own() -> None:
    """`videoPostId` may be the post that everything belongs to; what the video itself is called stays its own."""
    assert read([ECHO, hoisted(5, videoPostId=IMAGE)]).ids == {VIDEO}
    assert read([{"result": {"userResponse": {"message": "", "assetId": VIDEO}}}, hoisted(5)]).ids == {VIDEO}


@pytest.mark.parametrize(
    ("told", "is_photo"),
    [
        (hoisted(100, moderated=True, isRootUserUploaded=True), True),
        (nested(100, moderated=True, isRootUserUploaded=True), True),
        (answer(moderated=True, fileAttachmentsMetadata=[{"isRootUserUploaded": True}]), True),
        (hoisted(40, isModerated=True), False),
        ({"result": {"userResponse": {"message": "", "moderated": True}}}, False),
        ({"result": {"response": {"moderation": {"moderated": True}}}}, False),
    ],
)
def test_moderation_is_heard_anywhere_and_says_if_it_is_about_a_photograph(
    told: dict[str, Any], is_photo: bool
) -> None:
    """Of an uploaded photograph another prompt makes no other video."""
    facts = read([*BUSY, told])
    assert (facts.moderated, facts.is_uploaded_photo) == (True, is_photo)


def test_moderation_of_what_was_there_before_is_not_ours() -> None:
    """An older video that the reply repeats may have been moderated."""
    older = answer(parentResponse={"moderated": True}, previousVideos=[{"videoId": OLDER, "moderated": True}])
    facts = read([*BUSY, hoisted(100, **DONE), older])
    assert facts.names_video
    assert facts.ids == {VIDEO}


LATER = datetime(2026, 9, 24, 10, 0, 0, 123456, UTC)
GCS = "Failed to download image from GCS"
ERRORS: list[tuple[dict[str, Any], tuple[int | None, str, str | None]]] = [
    ({"code": "blocked-user"}, (None, "blocked-user", "blocked-user")),
    ({"error": {"code": "blocked-user"}}, (None, "blocked-user", "blocked-user")),
    ({"code": "blocked-user", "message": "Account blocked"}, (None, "Account blocked", "blocked-user")),
    ({"code": "blocked-user", "error": "Account blocked"}, (None, "Account blocked", "blocked-user")),
    ({"error": "Account blocked"}, (None, "Account blocked", None)),
    (
        {"error": {"code": 7, "message": "Request rejected by anti-bot rules."}},
        (7, "Request rejected by anti-bot rules.", None),
    ),
    ({"code": 7, "message": "", "details": []}, (7, "", None)),
    ({"code": 7}, (7, "", None)),
    ({"error": {"code": 7}}, (7, "", None)),
    ({"error": {"code": "PERMISSION_DENIED", "message": "no"}}, (7, "no", None)),
    ({"error": {"code": "resource-exhausted"}}, (8, "", None)),
    ({"error": {"code": "8"}}, (8, "", None)),
    ({"error": GCS, "code": 13}, (13, GCS, None)),
    ({"error": {"code": 13, "message": GCS}}, (13, GCS, None)),
    ({"result": {"error": {"code": 13, "message": GCS}}}, (13, GCS, None)),
    ({"result": {"response": {"error": {"code": 13, "message": GCS}}}}, (13, GCS, None)),
    (hoisted(100, error={"code": 13, "message": GCS}), (13, GCS, None)),
    (nested(100, error=GCS, code=13), (13, GCS, None)),
    (answer(error={"code": 13, "message": GCS}), (13, GCS, None)),
    (answer(streamErrors=[{"code": 13, "message": GCS}]), (13, GCS, None)),
    ({"errors": [{"code": 13, "message": GCS}]}, (13, GCS, None)),
]


@pytest.mark.parametrize(("told", "expected"), ERRORS, ids=range(len(ERRORS)))
def test_errors_are_heard_in_every_form(told: dict[str, Any], expected: tuple[int | None, str, str | None]) -> None:
    """Code, words and name come out wherever the error stands and whatever it lacks."""
    facts = read([ECHO, told], "data: ")
    assert (facts.error_code, facts.error_message, facts.error_name) == expected
    assert not facts.names_video


@pytest.mark.parametrize(
    "told",
    [
        answer(streamErrors=[], error=None),
        answer(streamErrors=[{}], errors=[None, 3]),
        {"result": {"userResponse": {"message": "", "error": "an old one"}}},
        {"code": True, "message": ""},
        {"code": "python", "result": {}},
        {"code": "python", "language": "python"},
    ],
)
def test_what_is_no_error(told: dict[str, Any]) -> None:
    """Empty lists, echoes and code of another kind say nothing."""
    assert read([told]).error_message is None


@pytest.mark.parametrize(
    "error",
    [
        {"code": 8, "message": "Too many requests", "availableAt": "2026-09-24T10:00:00.123456789Z"},
        {"code": 8, "message": "", "nextAvailableAt": "2026-09-24T12:00:00.123456789+02:00"},
        {"code": 8, "message": "", "details": [3, {"availableAt": "2026-09-24T10:00:00.123456789"}]},
    ],
)
def test_the_time_that_an_error_tells_is_read(error: dict[str, Any]) -> None:
    """Nine decimals, zones and details; without a zone it is UTC."""
    assert read([{"error": error}]).available_at == LATER
    assert read([{"error": "Too many requests", **error}]).available_at == LATER
    assert read([{"result": {"response": {"error": error}}}]).available_at == LATER


@pytest.mark.parametrize("told", ["soon", "", 8, None, True, "2026-99-99T00:00:00Z", [], {}])
def test_a_time_that_is_none_is_passed_over(told: object) -> None:
    """The error still counts."""
    facts = read([{"error": {"code": 8, "availableAt": told}}])
    assert (facts.error_code, facts.available_at) == (8, None)


KNOWN = """
    result response conversation userResponse modelResponse streamingVideoGenerationResponse fileAttachments
    fileAttachmentsMetadata assetId videoId videoUrl fileUri contentUrl mimeType progress moderated error errors code
    message details availableAt conversationId responseId partial x
"""
KEYS = st.sampled_from(KNOWN.split())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([VIDEO, ADDRESS, "http://["]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


@few
@given(st.lists(st.dictionaries(KEYS, ANYTHING, max_size=5), max_size=4))
def test_no_shape_breaks_the_reader(objects: Objects) -> None:
    """Every field may be of every kind, at every place."""
    facts = read(objects)
    assert all(isinstance(each, str) and each for each in facts.ids | facts.urls | facts.files | facts.response_ids)
    assert facts.progress is None or 0 <= facts.progress <= 100


@few
@given(st.lists(st.dictionaries(KEYS, ANYTHING, max_size=5), max_size=4))
def test_nothing_inside_an_echo_is_the_videos(objects: Objects) -> None:
    """Whatever a `userResponse` holds, a video object included, names no video."""
    facts = read([{"result": {"userResponse": {"message": "", "told": objects}}}])
    assert not facts.ids
    assert not facts.urls
    assert not facts.names_video
