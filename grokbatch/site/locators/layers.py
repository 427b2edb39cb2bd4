"""Locator tables of one's own, laid over the packaged one: each list in them replaces the list below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from grokbatch.batch.model.errors import BatchError
from grokbatch.site.locators.layer_file import SECTIONS, Layer, read_layer
from grokbatch.site.locators.table import LocatorTable, packaged_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from grokbatch.batch.model.errors import Problem
    from grokbatch.site.locators.layer_file import Entry, Section

Place: TypeAlias = "tuple[Section, str]"

PACKAGED = "packaged"
"""Stands for the packaged table among the files that entries come from."""


def users_file(home: Path) -> Path:
    """Return where a user's own table lies, or would lie, in the folder `home`."""
    return home / "locators.yaml"


@dataclass(frozen=True)
class TableInForce:
    """A table with all that was laid over it; `origins` tells for each list the files of its entries, in order."""

    table: LocatorTable
    origins: Mapping[Place, tuple[str, ...]]
    layers: tuple[Layer, ...] = ()

    @property
    def plain(self) -> str:
        """The table as JSON, for a worker; empty if it is the packaged one."""
        return self.table.model_dump_json(exclude_none=True) if self.layers else ""


def table_of(plain: str) -> LocatorTable:
    """Return the table that `TableInForce.plain` told of."""
    return LocatorTable.model_validate_json(plain) if plain else packaged_table()


def table_in_force(files: Iterable[Path]) -> TableInForce:
    """Lay the tables in `files` over the packaged one, the last one on top.

    Raises BatchError with everything that is wrong with any of them.
    """
    layers: list[Layer] = []
    problems: list[Problem] = []
    for file in files:
        try:
            layers.append(read_layer(file))
        except BatchError as error:
            problems += error.problems
    if problems:
        raise BatchError(tuple(problems))
    return lay_over(layers)


def lay_over(layers: Iterable[Layer]) -> TableInForce:
    """Return the packaged table with `layers` over it."""
    layers = tuple(layers)
    lists: dict[Place, list[tuple[Entry, str]]] = {
        (section, name): [(entry, PACKAGED) for entry in entries]
        for section in SECTIONS
        for name, entries in getattr(packaged_table(), section).items()
    }
    for layer in layers:
        for place, entries in layer.lists.items():
            below = lists[place]
            own = [[(entry, layer.path)] if entry is not None else below for entry in entries]
            lists[place] = [each for group in own for each in group]
    told: dict[str, object] = {
        section: {name: [entry for entry, _ in found] for (of, name), found in lists.items() if of == section}
        for section in SECTIONS
    }
    table = LocatorTable.model_validate({"version": 1, **told})
    return TableInForce(table, {place: tuple(path for _, path in found) for place, found in lists.items()}, layers)
