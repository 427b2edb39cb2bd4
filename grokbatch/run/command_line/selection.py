"""Which videos a call means, in pytest's words: a run that was killed early is resumed as it was asked for."""

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
    """Files, folders and node ids, as they can be named from any folder, and what `-k` and `-m` say."""

    arguments: tuple[str, ...]
    keyword: str = ""
    markexpr: str = ""

    @classmethod
    def of(cls, config: pytest.Config) -> Asked:
        """Return what this call asks for."""
        here = config.invocation_params.dir
        return cls(
            tuple(_from_anywhere(each, here) for each in config.args),
            keyword=config.getoption("keyword", ""),
            markexpr=config.getoption("markexpr", ""),
        )

    def repeat(self, config: pytest.Config) -> None:
        """Let this call ask for the same, but for what it says itself."""
        config.args[:] = self.arguments
        config.option.keyword = config.option.keyword or self.keyword
        config.option.markexpr = config.option.markexpr or self.markexpr


def _from_anywhere(argument: str, here: Path) -> str:
    _, colons, rest = argument.partition("::")
    return f"{real_file(named_path(argument, here))}{colons}{rest}"
