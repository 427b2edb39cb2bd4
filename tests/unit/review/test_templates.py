"""How the templates of the pages are filled."""

from __future__ import annotations

import subprocess
import sys

import pytest
from jinja2 import UndefinedError

from grokbatch.review.templates import filled


def test_a_value_that_is_forgotten_is_an_error() -> None:
    """A page does not stand there with an empty place."""
    with pytest.raises(UndefinedError, match="'rows' is undefined"):
        filled("report/attempts.html")


def test_what_draws_no_page_does_without_jinja() -> None:
    """The commands about results import what could draw one."""
    code = "import sys; from grokbatch.cli import results; print('jinja2' in sys.modules, results.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "grokbatch.cli.results"]
