"""The user's locator tables, laid over the packaged one: each list in them replaces the list below it."""

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

ListKey: TypeAlias = "tuple[Section, str]"

PACKAGED = "packaged"
"""The name of the packaged table among the files that entries come from."""


def users_file(home: Path) -> Path:
    """Return the path of the user's table in the folder `home`, whether it exists or not."""
    return home / "locators.yaml"


@dataclass(frozen=True)
class TableInForce:
    """The packaged table with all layers over it; `origins` names, for each list, the file of each of its entries."""

    table: LocatorTable
    origins: Mapping[ListKey, tuple[str, ...]]
    layers: tuple[Layer, ...] = ()

    @property
    def plain(self) -> str:
        """The table as JSON, for a worker; empty if it is the packaged one."""
        return self.table.model_dump_json(exclude_none=True) if self.layers else ""


def table_of(plain: str) -> LocatorTable:
    """Return the table from the text of `TableInForce.plain`."""
    return LocatorTable.model_validate_json(plain) if plain else packaged_table()


def table_in_force(files: Iterable[Path]) -> TableInForce:
    """Lay the tables in `files` over the packaged one, the last one on top.

    Raises BatchError with all problems of all files.
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
    lists: dict[ListKey, list[tuple[Entry, str]]] = {
        (section, name): [(entry, PACKAGED) for entry in entries]
        for section in SECTIONS
        for name, entries in getattr(packaged_table(), section).items()
    }
    for layer in layers:
        for key, entries in layer.lists.items():
            below = lists[key]
            own = [[(entry, layer.path)] if entry is not None else below for entry in entries]
            lists[key] = [each for group in own for each in group]
    told: dict[str, object] = {
        section: {name: [entry for entry, _ in found] for (of, name), found in lists.items() if of == section}
        for section in SECTIONS
    }
    table = LocatorTable.model_validate({"version": 1, **told})
    return TableInForce(table, {key: tuple(path for _, path in found) for key, found in lists.items()}, layers)
