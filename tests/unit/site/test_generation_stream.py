"""The reader of a submit's reply: whatever arrives, and however it is cut, nothing is invented or breaks it."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.site.api.generation_stream import StreamFacts, StreamReader, read_stream
from grokbatch.site.api.json_stream import LONGEST_OBJECT, ObjectReader

few = settings(max_examples=60)
WORDS = st.sampled_from(["v1", "v2", 'a "quoted" {brace', "fü日本🎬", "\\", "]}", ""])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "videoId": WORDS,
        "videoPostId": WORDS,
        "assetId": WORDS,
        "videoUrl": WORDS,
        "progress": st.sampled_from([1, 33, 95, 100, 44.0, -5, 1e300, None, "44", True]),
        "moderated": st.booleans(),
        "prompt": st.text(max_size=20),
    },
)
ERROR = st.fixed_dictionaries({"code": st.sampled_from([0, 7, 8, "8", None]), "message": WORDS})
TOLD = st.one_of(
    FIELDS.map(lambda fields: {"result": {"response": {"streamingVideoGenerationResponse": fields}}}),
    ERROR.map(lambda error: {"error": error}),
    ERROR.map(lambda error: {"result": {"response": {"error": error}}}),
    FIELDS.map(lambda fields: {"result": {"streamingVideoGenerationResponse": fields}}),
    WORDS.map(lambda word: {"result": {"userResponse": {"responseId": "q", "fileAttachments": [word]}}}),
    WORDS.map(lambda word: {"result": {"modelResponse": {"responseId": "r", "fileAttachments": [word]}}}),
    st.text(max_size=20).map(lambda token: {"result": {"response": {"token": token, "isThinking": [{}, [1, 2.5]]}}}),
)
REPLY = st.lists(TOLD, max_size=6)
GLUE = st.sampled_from(["", "\n", "\r\n\n", " ", "\ndata: ", ","])
SUCCESS = {
    "videoId": "v1",
    "progress": 100,
    "videoUrl": "users/u/generated/v1/generated_video.mp4",
    "assetId": "a1",
}


def encoded(objects: list[dict[str, Any]], glue: str = "", *, indent: int | None = None) -> bytes:
    return glue.join(json.dumps(each, ensure_ascii=False, indent=indent) for each in objects).encode()


def video(**fields: Any) -> dict[str, Any]:
    return {"result": {"response": {"streamingVideoGenerationResponse": fields}}}


def facts_of(objects: list[dict[str, Any]]) -> StreamFacts:
    facts = StreamFacts()
    for each in objects:
        facts = facts.with_object(each)
    return facts


def in_pieces(data: bytes, cuts: list[int]) -> StreamFacts:
    reader = StreamReader()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        reader.feed(data[start:end])
    return reader.facts


@few
@given(REPLY, GLUE, st.sampled_from([None, 1]))
def test_objects_are_found_however_they_are_joined(objects: list[dict[str, Any]], glue: str, indent: int) -> None:
    """Concatenated, on lines of their own, behind `data:` or spread over lines, the same objects come out."""
    data = ("data: " if "data" in glue else "").encode() + encoded(objects, glue, indent=indent)
    assert [*ObjectReader().feed(data)] == objects


@few
@given(REPLY, GLUE, st.lists(st.integers(0, 10_000), max_size=20))
def test_any_cuts_between_pieces_give_the_facts_of_the_whole(
    objects: list[dict[str, Any]], glue: str, cuts: list[int]
) -> None:
    """Pieces may end within a character, a word or an object."""
    assert in_pieces(encoded(objects, glue), cuts) == facts_of(objects)


@few
@given(REPLY, GLUE)
def test_byte_by_byte_each_object_counts_as_soon_as_its_last_byte_is_there(
    objects: list[dict[str, Any]], glue: str
) -> None:
    """Nothing waits for a newline or for the next object."""
    reader = ObjectReader()
    found: list[dict[str, Any]] = []
    for number, each in enumerate(objects, 1):
        for byte in encoded([each]):
            found += reader.feed(bytes([byte]))
        assert len(found) == number
        assert [*reader.feed(glue.encode())] == []


@few
@given(REPLY, GLUE, st.integers(0, 10_000))
def test_a_cut_reply_says_what_a_beginning_of_its_objects_says(
    objects: list[dict[str, Any]], glue: str, cut: int
) -> None:
    """Wherever a reply breaks off, no success is invented and no fragment is taken for an object."""
    data = encoded(objects, glue)
    facts = read_stream(data[: cut % (len(data) + 1)])
    assert facts in [facts_of(objects[:count]) for count in range(len(objects) + 1)]


@few
@given(REPLY, REPLY, GLUE.filter(lambda glue: glue != ","), st.integers(0, 10_000))
def test_after_a_cut_the_objects_that_follow_are_found_again(
    broken: list[dict[str, Any]], whole: list[dict[str, Any]], glue: str, cut: int
) -> None:
    """A reply that breaks off and goes on with other objects loses at most the two at the break."""
    start = encoded(broken, glue)
    found = [*ObjectReader().feed(start[: cut % (len(start) + 1)] + encoded(whole, glue))]
    assert found[len(found) - max(0, len(whole) - 1) :] == whole[1:]


@few
@given(REPLY, st.integers(0, 6), GLUE)
def test_objects_that_arrive_twice_say_nothing_new(objects: list[dict[str, Any]], again: int, glue: str) -> None:
    """A part that is repeated counts once."""
    repeated = [*objects, *objects[-again:]] if again else objects
    assert read_stream(encoded(repeated, glue)) == facts_of(objects)


@few
@given(st.one_of(st.binary(), st.text().map(str.encode), st.text(alphabet='{}[]":,\\ \n1tn').map(str.encode)))
def test_garbage_does_not_break_the_reader_and_the_reply_after_it_counts(garbage: bytes) -> None:
    """Any bytes at all raise nothing, and a success on the following lines is found."""
    reader = StreamReader()
    reader.feed(garbage)
    assert not reader.facts.names_video
    reader.feed(b'\n"}\n' + encoded([video(progress=95), video(**SUCCESS)], "\n"))
    assert reader.facts.names_video


@pytest.mark.parametrize(
    "garbage",
    ['{"a":', '{"a" "b', "{{{{", '{"result":{"response":', "}}]]", "<html>{}</html>", "{'single': 1}", "[" * 500],
)
def test_concatenated_objects_are_found_after_garbage_without_any_newline(garbage: str) -> None:
    """Not even the end of a line is needed to be in step again."""
    data = garbage.encode() + encoded([video(progress=95), video(progress=95), video(**SUCCESS)])
    assert read_stream(data).names_video


@pytest.mark.parametrize("start", ['{"result":{"resp', '{"result":{"a":1', '{"a":"b\\', '{"result":{"a":"b",'])
def test_the_very_next_object_after_a_cut_counts(start: str) -> None:
    """Within a word, a string or between two keys: what breaks the object off begins the next one."""
    assert read_stream(start.encode() + encoded([video(**SUCCESS)])).names_video


def test_no_fragment_of_a_broken_object_is_an_error() -> None:
    """What stands inside of an object that breaks off is not taken for an answer of its own."""
    for broken in ("?", "oops", '"b" "c"'):
        assert read_stream(b'{"a": %s, "echo": {"code": 8, "message": "x"}}' % broken.encode()) == StreamFacts()


def test_a_long_reply_takes_time_in_proportion_and_little_memory() -> None:
    """Four megabytes in small pieces are read in seconds, and endless garbage is not kept."""
    began = time.process_time()
    piece = encoded([video(progress=33, note="x" * 500)])
    objects = ObjectReader()
    for _ in range(4_000_000 // len(piece)):
        assert len([*objects.feed(piece)]) == 1
    for _ in range(3 * LONGEST_OBJECT // 1000):
        assert [*objects.feed(b'{"a":"' + b"x" * 994)] == []
    assert len(objects._held) < 2 * LONGEST_OBJECT
    assert time.process_time() - began < 10


def test_a_success_names_its_video() -> None:
    """The last object of a success carries address and ids."""
    facts = read_stream(encoded([video(videoId="v1", progress=95), video(**SUCCESS)]))
    assert facts.ids == {"v1", "a1"}
    assert facts.urls == {SUCCESS["videoUrl"]}
    assert facts.names_video


@pytest.mark.parametrize(
    "told",
    [
        {"videoId": "v1", "progress": 100, "moderated": True},
        {**SUCCESS, "moderated": True},
        {"videoId": "v1", "progress": 100},
        {**SUCCESS, "progress": 95},
    ],
    ids=["moderated", "moderated with an address", "100 without a file", "a file before 100"],
)
def test_what_is_no_success(told: dict[str, Any]) -> None:
    """A success is at 100, has a file and is not moderated."""
    assert not read_stream(encoded([video(**told)])).names_video


def test_moderation_stays_whatever_follows() -> None:
    """Moderated once is moderated, at any percentage."""
    assert read_stream(encoded([video(progress=33, moderated=True), video(**SUCCESS, moderated=False)])).moderated


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"code": 8, "message": "Too many requests"}},
        {"result": {"response": {"error": {"code": 8, "message": "Too many requests"}}}},
        {"code": 8, "message": "Too many requests", "details": []},
        {"error": "Too many requests", "code": 8},
        {"error": {"code": "8", "message": "Too many requests"}},
    ],
)
def test_errors_are_found_wherever_they_stand(told: dict[str, Any]) -> None:
    """Top level or inside the response, the code and the message come out."""
    facts = read_stream(encoded([video(progress=5), told]))
    assert (facts.error_code, facts.error_message) == (8, "Too many requests")


@pytest.mark.parametrize("told", [{"error": {"code": 8}}, {"code": 8, "details": []}])
def test_an_error_may_be_a_number_alone(told: dict[str, Any]) -> None:
    """A code without words is an error, too."""
    facts = read_stream(encoded([told]))
    assert (facts.error_code, facts.error_message) == (8, "")


@pytest.mark.parametrize("told", [{"error": None}, {"error": {}}, {"error": {"code": 0, "message": ""}}, {"error": ""}])
def test_an_empty_error_is_none(told: dict[str, Any]) -> None:
    """A conversation object or a field that says nothing does not make a failure."""
    told_first = {"result": {"conversation": {"conversationId": "c"}}}
    assert read_stream(encoded([told_first, told])).error_message is None
