"""Which of many like cases are among the quick tests; the others are marked slow, and `.ci/run` runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def one_in(every: int, cases: Iterable[Any]) -> list[Any]:
    """Return all cases as parameters of a test, of which the first and then one in `every` is quick."""
    parameters = []
    for number, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        parameters.append(pytest.param(*values, marks=() if number % every == 0 else pytest.mark.slow))
    return parameters
