"""What keeps a worker on another computer from starting is told without what its messages may quote."""

from __future__ import annotations

import traceback

import pytest
from execnet import HostNotFound

from grokbatch.run.remote.starting import reason_of, told_by


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


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HostNotFound("studio"), "ssh cannot connect to it"),
        (OSError("cannot send (already closed?)"), "ssh cannot connect to it, or its Python ended at once"),
        (EOFError("expected 1 bytes, got 0"), "its Python ended at once, or is not there"),
    ],
)
def test_a_worker_that_does_not_start_is_told_with_all_that_it_may_be(error: Exception, reason: str) -> None:
    """What is raised of an ssh that ends at once depends on whether it has ended when the first bytes are sent."""
    assert reason_of(error).startswith(reason)
