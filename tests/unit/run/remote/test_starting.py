"""What keeps a worker on another computer from starting is told without what its messages may quote."""

from __future__ import annotations

import traceback

from grokbatch.run.remote.starting import told_by


def _fails() -> None:
    raise LookupError("a very private prompt")


def test_a_failure_there_is_told_by_class_and_place_only() -> None:
    try:
        _fails()
    except LookupError:
        said = traceback.format_exc()
    error, way = told_by(said)
    assert error == "LookupError"
    assert way.endswith(" _fails")
    assert "test_starting.py:" in way
    assert "private" not in error + way


def test_what_is_no_traceback_is_an_error_without_a_place() -> None:
    assert told_by("something else") == ("an error", "")
