"""Errors in a call, laid out for the terminal: pytest prints their messages as they are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from grokbatch.review.text_layout import output_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = "ERROR: "
"""What pytest prints before each message."""


def usage_error(text: str) -> pytest.UsageError:
    """Return an error whose lines fit into the terminal."""
    return pytest.UsageError(_fitting(text))


@contextmanager
def laid_out() -> Iterator[None]:
    """Let the lines of errors that are raised in the block fit into the terminal."""
    try:
        yield
    except pytest.UsageError as error:
        raise pytest.UsageError(*map(_fitting, error.args)) from None


def _fitting(text: str) -> str:
    return "\n".join(wrapped(f"{_MARK}{text}", output_width())).removeprefix(_MARK)
