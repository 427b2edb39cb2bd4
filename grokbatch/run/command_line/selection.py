"""The selection of a call in pytest's terms, kept so that a run which was killed early is resumed with the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.batch.arguments import named_path
from grokbatch.batch.model.paths import real_file

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@dataclass(frozen=True)
class Asked:
    """Files, folders and node ids with absolute paths, and the expressions of `-k` and `-m`."""

    arguments: tuple[str, ...]
    keyword: str = ""
    markexpr: str = ""

    @classmethod
    def of(cls, config: pytest.Config) -> Asked:
        """Return the selection of this call."""
        here = config.invocation_params.dir
        return cls(
            tuple(_from_anywhere(each, here) for each in config.args),
            keyword=config.getoption("keyword", ""),
            markexpr=config.getoption("markexpr", ""),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether not all videos of the files are asked for."""
        return bool(self.keyword or self.markexpr) or any("::" in each for each in self.arguments)

    def repeat(self, config: pytest.Config) -> None:
        """Give this call the same selection, except for expressions that it has itself."""
        config.args[:] = self.arguments
        config.option.keyword = config.option.keyword or self.keyword
        config.option.markexpr = config.option.markexpr or self.markexpr


def _from_anywhere(argument: str, here: Path) -> str:
    _, colons, rest = argument.partition("::")
    return f"{real_file(named_path(argument, here))}{colons}{rest}"
