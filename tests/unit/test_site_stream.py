"""The reader of a submit's reply: whatever arrives, nothing is invented and nothing breaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokbatch.site.stream import StreamFacts, json_objects, read_stream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5)


def progress(**fields: Any) -> str:
    return json.dumps({"result": {"response": {"streamingVideoGenerationResponse": fields}}})


@given(OBJECTS, st.sampled_from(["", "\n", " ", "\r\n\n"]))
def test_objects_are_found_however_they_are_joined(objects: list[dict[str, Any]], glue: str) -> None:
    """Concatenated or on lines of their own, the same objects come out."""
    assert [*json_objects(glue.join(map(json.dumps, objects)))] == objects


@given(OBJECTS, st.integers(min_value=0))
def test_a_cut_reply_yields_a_beginning_of_its_objects(objects: list[dict[str, Any]], cut: int) -> None:
    """What is cut off is passed over, and no fragment is taken for an object."""
    text = "".join(map(json.dumps, objects))
    found = [*json_objects(text[: cut % (len(text) + 1)])]
    assert found == objects[: len(found)]


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_garbage_does_not_break_the_reader(text: str) -> None:
    """Any text at all gives facts, and never an exception."""
    read_stream(text)


def test_a_success_names_its_video() -> None:
    """The last object of a success carries address and ids."""
    url = "users/u/generated/v1/generated_video.mp4"
    text = progress(videoId="v1", progress=95) + progress(videoId="v1", progress=100, videoUrl=url, assetId="a1")
    facts = read_stream(text)
    assert facts == StreamFacts(ids=frozenset({"v1", "a1"}), urls=frozenset({url}), progress=100)
    assert facts.names_video


def test_a_moderated_video_is_no_success() -> None:
    """Moderated at 100 carries neither address nor asset, and is final."""
    facts = read_stream(progress(videoId="v1", progress=100, moderated=True))
    assert facts.moderated
    assert not facts.names_video


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"code": 8, "message": "Too many requests"}},
        {"result": {"response": {"error": {"code": 8, "message": "Too many requests"}}}},
        {"code": 8, "message": "Too many requests", "details": []},
        {"error": "Too many requests", "code": 8},
    ],
)
def test_errors_are_found_wherever_they_stand(told: dict[str, Any]) -> None:
    """Top level or inside the response, the code and the message come out."""
    facts = read_stream(progress(progress=5) + json.dumps(told))
    assert (facts.error_code, facts.error_message) == (8, "Too many requests")


def test_ordinary_replies_hold_no_error() -> None:
    """A conversation object or an empty error does not make a failure."""
    assert read_stream('{"result":{"conversation":{"conversationId":"c"}}}{"error":null}').error_message is None
