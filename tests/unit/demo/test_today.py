"""The built-in site's part in the page of today over HTTP: what is asked for, told and listed."""

from __future__ import annotations

import json
import uuid
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from grokbatch.demo.api.reply_shapes import KEY
from grokbatch.demo.state.journal import PAID
from tests.unit.demo.demo_visitor import POST, PROMPT, Visitor, objects

if TYPE_CHECKING:
    from collections.abc import Callable

ASSETS = "/rest/assets?workspaceKind=WORKSPACE_KIND_IMAGINE_ALL&orderBy=ORDER_BY_CREATE_TIME&pageSize=40"
OPTIONS: dict[str, Any] = {"duration": 10, "resolutionName": "480p", "aspectRatio": "16:9", "skipAudio": False}


@pytest.fixture
def usual() -> dict[str, Any]:
    return {"era": "D", "generation": 0.1, "earlier_videos": 1}


def address(visitor: Visitor) -> str:
    """Return where the visitor's submits for the image go."""
    told = visitor.http.post("/rest/media/post/get", json={"id": POST}).json()["post"]
    return f"/rest/app-chat/conversations/{told['conversationId']}/responses"


def ask(visitor: Visitor, prompt: str = PROMPT, **headers: str) -> httpx.Response:
    """Submit as the page of today does."""
    wanted = {"prompt": prompt, "inputAssets": [POST], "mode": "custom" if prompt else "normal", **OPTIONS}
    body = {
        "message": f"{prompt} --mode=custom" if prompt else "--mode=normal",
        "mediaGenInput": {"imageToVideo": wanted},
    }
    return visitor.http.post(address(visitor), json=body, headers=headers)


def told(reply: httpx.Response, *where: str) -> list[dict[str, Any]]:
    """Return what the reply's objects hold at `where`."""
    found = []
    for one in objects(reply.text):
        for key in where:
            one = one.get(key, {}) if isinstance(one, dict) else {}
        found += [one] if one else []
    return found


def test_a_reply_is_hoisted_and_echoes_what_was_asked_before_all_else(visit: Callable[..., Visitor]) -> None:
    reply = ask(visit())
    first = objects(reply.text)[0]["result"]["userResponse"]
    assert (first["message"], first["fileAttachments"]) == (f"{PROMPT} --mode=custom", [POST])
    progress = told(reply, "result", "streamingVideoGenerationResponse")
    assert [one["progress"] for one in progress] == [1, 5, 15, 24, 33, 44, 54, 63, 72, 95, 100]
    assert progress[-1]["videoId"] == progress[-1]["assetId"]
    assert not told(reply, "result", "response")


def test_the_file_has_the_images_shape_and_the_length_that_was_asked_for(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    last = told(ask(visitor), "result", "streamingVideoGenerationResponse")[-1]
    assert (last["width"], last["height"], last["aspectRatio"]) == (400, 736, "2:3")
    listed = visitor.http.get(ASSETS).json()["assets"][0]
    assert (listed["assetId"], listed["mediaGenInput"]["duration"]) == (last["assetId"], 10)


def test_the_journal_tells_all_kinds_of_submits_apart(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    where = address(visitor)
    ask(visitor)
    ask(visitor, "")
    ask(visitor, "", **{"x-demo-by-itself": "1"})
    edit = {"message": "brighter", "mediaGenInput": {"imageEdit": {"prompt": "brighter", "inputAssets": [POST]}}}
    assert "streamingImageGenerationResponse" in visitor.http.post(where, json=edit).text
    assert "userResponse" in visitor.http.post(where, json={"message": "hello"}).text
    noted = [
        (one["event"], one["prompt"], one["address"]) for one in visitor.site.journal() if one["event"] != "outcome"
    ]
    assert noted == [
        (event, sha256(prompt.encode()).hexdigest(), where)
        for event, prompt in [
            ("submit", PROMPT),
            ("promptless", ""),
            ("auto_start", ""),
            ("edit", "brighter"),
            ("agent", "hello"),
        ]
    ]
    assert PAID == ("submit", "promptless", "auto_start")
    assert PROMPT not in json.dumps(visitor.site.journal())


def test_all_that_is_paid_counts_against_the_quota_and_edits_do_not(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=2)
    edit = {"message": "x", "mediaGenInput": {"imageEdit": {"prompt": "x", "inputAssets": [POST]}}}
    visitor.http.post(address(visitor), json=edit)
    ask(visitor, "")
    ask(visitor)
    assert told(ask(visitor), "error")[0]["code"] == 8


@pytest.mark.parametrize("era", ["C", "D"])
@pytest.mark.parametrize("shape", ["hoisted", "nested"])
def test_a_reply_can_be_put_as_in_another_era(visit: Callable[..., Visitor], era: str, shape: str) -> None:
    visitor = visit(era=era, reply_shape=shape)
    reply = ask(visitor) if era == "D" else visitor.submit()
    where = ("result",) if shape == "hoisted" else ("result", "response")
    assert told(reply, *where, "streamingVideoGenerationResponse")[-1]["videoUrl"]


def test_a_file_may_stand_in_the_attachments_only(visit: Callable[..., Visitor]) -> None:
    reply = ask(visit(reply_shape="attachments"))
    last = told(reply, "result", "streamingVideoGenerationResponse")[-1]
    assert not last.keys() & {"videoUrl", "assetId"}
    [file] = told(reply, "result", "modelResponse")[0]["fileAttachments"]
    assert file["fileMetadataId"] == last["videoId"]
    assert file["fileUri"].endswith("/generated_video.mp4")


def test_a_file_may_be_named_by_its_id_only(visit: Callable[..., Visitor]) -> None:
    visitor = visit(reply_shape="attachment_ids")
    reply = ask(visitor)
    assert "streamingVideoGenerationResponse" not in reply.text
    assert ".mp4" not in reply.text
    assert told(reply, "result", "modelResponse")[0]["fileAttachments"] == [visitor.events("submit")[0]["video"]]


def test_lines_may_have_a_prefix(visit: Callable[..., Visitor]) -> None:
    reply = ask(visit(reply_shape="data"))
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert all(line.startswith("data: {") for line in reply.text.split("\n\n") if line)


@pytest.mark.parametrize(("outcome", "last"), [("success", 100), ("moderated", 63), ("generation_error", None)])
def test_progress_may_be_coarse(visit: Callable[..., Visitor], outcome: str, last: int | None) -> None:
    visitor = visit(reply_shape="coarse", outcomes={1: {"kind": outcome, "at": 63}})
    progress = told(ask(visitor), "result", "streamingVideoGenerationResponse")
    assert [one["progress"] for one in progress] == [1, 50, *([last] if last else [])]


def test_a_title_may_follow_the_end(visit: Callable[..., Visitor]) -> None:
    assert "newTitle" in objects(ask(visit(reply_shape="title")).text)[-1]["result"]["title"]


def test_a_reply_may_stay_open_after_its_last_word(visit: Callable[..., Visitor]) -> None:
    visitor = visit(reply_shape="open")
    wanted = {"prompt": PROMPT, "inputAssets": [POST]}
    body = {"message": PROMPT, "mediaGenInput": {"imageToVideo": wanted}}
    with visitor.http.stream("POST", address(visitor), json=body, timeout=3) as reply:
        pieces, text = reply.iter_text(), ""
        while '"modelResponse"' not in text:
            text += next(pieces)
        assert '"videoUrl"' in text
        with pytest.raises(httpx.ReadTimeout):
            next(pieces)


def test_an_unreadable_reply_says_the_same_to_those_who_know(visit: Callable[..., Visitor]) -> None:
    reply = ask(visit(unreadable_replies=True))
    assert b"result" not in reply.content
    plain = bytes(byte ^ KEY for byte in reply.content).decode()
    assert objects(plain)[-1]["result"]["modelResponse"]


def test_a_chat_answer_has_words_and_no_video(visit: Callable[..., Visitor]) -> None:
    visitor = visit(otherwise={"kind": "chat_answer"})
    reply = ask(visitor)
    assert reply.status_code == 200
    assert [next(iter(one["result"])) for one in objects(reply.text)] == [
        "conversation",
        "userResponse",
        "modelResponse",
    ]
    assert [(one["outcome"], one["number"]) for one in visitor.events("refused")] == [("chat_answer", 1)]
    assert len(visitor.videos()) == 1


def test_a_second_request_is_refused_and_the_first_goes_on(visit: Callable[..., Visitor]) -> None:
    second = {"x-demo-second": "1"}
    for knob, status in (("429", 429), ("403", 403)):
        assert ask(visit(second_request=knob), **second).status_code == status
    with pytest.raises(httpx.RemoteProtocolError):
        ask(visit(second_request="fails"), **second)


def test_what_exists_is_listed_with_prompt_and_time_the_newest_first(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=2)
    ask(visitor)
    made = visitor.events("submit")[0]["video"]
    videos = [one for one in visitor.http.get(ASSETS).json()["assets"] if one["mimeType"] == "video/mp4"]
    assert videos[0]["assetId"] == made
    assert videos[0]["mediaGenInput"]["prompt"] == PROMPT
    assert videos[0]["sourceConversationId"] in address(visitor)
    assert visitor.asset(videos[0]["key"]).status_code == 200
    assert int(visitor.asset(videos[0]["key"]).headers["content-length"]) == videos[0]["sizeBytes"]
    assert [one["createTime"] for one in videos] == sorted((one["createTime"] for one in videos), reverse=True)
    assert len(videos) == 3
    assert [one["assetId"] for one in visitor.http.get(ASSETS).json()["assets"]][-1] == POST


def test_what_was_said_about_an_image_is_listed_and_replayed(visit: Callable[..., Visitor]) -> None:
    """At the address that submits go to; nothing of it is a submit."""
    visitor = visit()
    ask(visitor)
    made, where = visitor.events("submit")[0]["video"], address(visitor)
    said = visitor.http.get(f"{where}?conversationKind=CONVERSATION_KIND_IMAGINE").json()["responses"]
    last = said[-1]
    assert (last["prompt"], last["fileAttachmentsMetadata"][0]["fileMetadataId"]) == (PROMPT, made)
    assert last["parentResponseId"] == said[-2]["responseId"]
    again = told(visitor.http.get(where), "result", "streamingVideoGenerationResponse")
    assert (again[-1]["videoId"], again[-1]["progress"]) == (made, 100)
    assert len([one for one in visitor.site.journal() if one["event"] in PAID]) == 1


def test_a_moderated_video_is_replayed_as_such_and_listed_nowhere(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=0, outcomes={1: {"kind": "moderated", "at": 40}})
    ask(visitor)
    again = told(visitor.http.get(address(visitor)), "result", "streamingVideoGenerationResponse")
    assert [(each["progress"], each["moderated"]) for each in again] == [(100, True)]
    assert not {"videoUrl", "assetId"} & again[0].keys()
    assert not [one for one in visitor.http.get(ASSETS).json()["assets"] if one["mimeType"] == "video/mp4"]


def test_lists_hold_nothing_of_other_users(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=0)
    ask(visitor)
    cookies = visitor.http.post("/__control__/session", json={"user": "studio"}).json()
    other = Visitor(visitor.site, {cookie["name"]: cookie["value"] for cookie in cookies})
    assert PROMPT not in other.http.get(ASSETS).text
    assert other.http.get(address(visitor)).status_code == 404
    assert other.http.get(address(other)).text == ""


def test_a_listed_video_is_deleted_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=0)
    ask(visitor)
    made = visitor.events("submit")[0]["video"]
    replies = [visitor.http.delete(f"/rest/assets/{made}") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 404]
    assert replies[1].json()["error"]["code"] == 5
    assert len(visitor.http.get(ASSETS).json()["assets"]) == 1


def test_an_unknown_conversation_and_a_malformed_submit_are_refused(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    nowhere = f"/rest/app-chat/conversations/{uuid.uuid4()}/responses"
    assert visitor.http.post(nowhere, json={"message": "x"}).status_code == 404
    reply = visitor.http.post(address(visitor), json={"message": PROMPT, "mediaGenInput": {"imageToVideo": {}}})
    assert reply.status_code == 400
    assert PROMPT not in reply.text
