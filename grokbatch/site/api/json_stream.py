"""Finds the JSON objects in bytes that arrive in pieces, which may be cut anywhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_OBJECT = 1_000_000
"""Bytes; a longer object is no part of a known reply."""

_DEEPEST = 100
_WORD = b"-+.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPACES = re.compile(rb"[ \t\r\n]*")
_WORD_RUN = re.compile(rb"[-+.0-9A-Za-z]*")
_STRING_RUN = re.compile(rb'[^"\\\x00-\x1f]*')
_BRACE, _QUOTE, _BACKSLASH = b'{"\\'
_CLOSERS = {_BRACE: ord("}"), ord("["): ord("]")}
# If an object was cut off within a string, the first quote of the next object ends that string.
_CUT_IN_STRING = re.compile(rb'\{[ \t\r\n]*"$')
_CUT_WINDOW = 64
_ENVELOPE = frozenset({"result", "error"})

_Awaited = Literal["key or end", "key", "colon", "value", "value or end", "rest"]
_ALLOWED: dict[_Awaited, bytes] = {
    "key or end": b'"}',
    "key": b'"',
    "colon": b":",
    "value": b'"{[' + _WORD,
    "value or end": b'"{[]' + _WORD,
    "rest": b",}]",
}


class ObjectReader:
    """Takes the pieces one after the other and yields each object once, as soon as its last byte is there.

    Text between the objects is ignored. An object that breaks off is dropped; after it, objects are ignored until one
    has the reply's own form (with `result` or `error`), because they could be fragments. Each byte is read once, and
    only the current object is kept.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._is_lost = False
        self._begin(0)

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Add the next piece and yield the objects that it completes; exhaust the iterator before the next call."""
        self._held += data
        while self._at < len(self._held):
            if not self._closers:
                self._seek()
            elif self._in_string:
                self._through_string()
            else:
                self._step()
            if self._at > LONGEST_OBJECT:
                self._lose(self._at)
            if self._is_complete and (found := self._completed()):
                yield found

    def _begin(self, at: int) -> None:
        """Forget what came before `at`, and be outside of any object."""
        del self._held[:at]
        self._at = 0
        self._closers: list[int] = []
        self._awaited: _Awaited = "key or end"
        self._in_string = self._is_complete = False

    def _lose(self, at: int) -> None:
        self._is_lost = True
        self._begin(at)

    def _seek(self) -> None:
        start = self._held.find(b"{", self._at)
        self._begin(len(self._held) if start < 0 else start)
        if start >= 0:
            self._closers.append(_CLOSERS[_BRACE])
            self._at = 1

    def _through_string(self) -> None:
        self._at = _end(_STRING_RUN, self._held, self._at)
        if self._at == len(self._held):
            return
        byte = self._held[self._at]
        if byte == _QUOTE:
            self._in_string = False
            self._at += 1
        elif byte == _BACKSLASH:
            self._at += 2
        else:
            self._lose(self._at)

    def _step(self) -> None:
        self._at = _end(_SPACES, self._held, self._at)
        if self._at == len(self._held):
            return
        byte = self._held[self._at]
        if byte in _ALLOWED[self._awaited] and (byte not in b"}]" or byte == self._closers[-1]):
            self._take(byte)
        elif byte in _WORD and self._awaited == "rest" and self._held[self._at - 1] in _WORD:
            self._at = _end(_WORD_RUN, self._held, self._at)  # a word that two pieces share
        else:
            self._break()

    def _take(self, byte: int) -> None:
        self._at += 1
        if byte == _QUOTE:
            self._in_string = True
            self._awaited = "colon" if self._awaited in ("key", "key or end") else "rest"
        elif byte in _CLOSERS:
            self._open(byte)
        elif byte in b"}]":
            self._closers.pop()
            self._awaited = "rest"
            self._is_complete = not self._closers
        elif byte in b",:":
            self._awaited = "key" if byte == ord(",") and self._closers[-1] == _CLOSERS[_BRACE] else "value"
        else:
            self._at = _end(_WORD_RUN, self._held, self._at)
            self._awaited = "rest"

    def _open(self, byte: int) -> None:
        self._closers.append(_CLOSERS[byte])
        self._awaited = "key or end" if byte == _BRACE else "value or end"
        if len(self._closers) > _DEEPEST:
            self._lose(self._at)

    def _break(self) -> None:
        """Drop the current object; the text that broke it may be the beginning of the next one."""
        window = max(1, self._at - _CUT_WINDOW)
        cut = _CUT_IN_STRING.search(self._held[window : self._at])
        self._lose(self._at if cut is None else window + cut.start())

    def _completed(self) -> dict[str, Any] | None:
        text = self._held[: self._at].decode("utf-8", "replace")
        self._begin(self._at)
        try:
            found: dict[str, Any] = json.loads(text)
        except (ValueError, RecursionError):
            self._is_lost = True
            return None
        if self._is_lost and not _ENVELOPE & found.keys():
            return None
        self._is_lost = False
        return found


def _end(pattern: re.Pattern[bytes], held: bytearray, at: int) -> int:
    found = pattern.match(held, at)
    return at if found is None else found.end()
