"""Loads a batch file: returns a checked Batch, or raises an error with all problems of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from grokbatch.batch.model.batch import Batch
from grokbatch.batch.model.errors import BatchError, Problem, in_order
from grokbatch.batch.model.paths import real_file, shown
from grokbatch.batch.prompts.resolve import check_sources, resolve
from grokbatch.batch.source.hosts_file import check_host_names
from grokbatch.batch.source.image_links import settle_links
from grokbatch.batch.source.reader import Reading, read_file, read_override, read_site
from grokbatch.batch.source.validation_messages import tell, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grokbatch.batch.source.yaml_document import Value

__all__ = ["BatchError", "Problem", "load_batch"]


def load_batch(
    path: Path,
    *,
    overrides: Sequence[str] = (),
    site: str | None = None,
    display_path: str | None = None,
) -> Batch:
    """Return the batch in the file at `path`; raise BatchError with all problems if there are any.

    `overrides` are texts `KEY=VALUE`, as after `--set`, and `site` is a value as after `--site`; both take precedence
    over the file. `display_path` is the name of the file in problems; by default its path, relative to the current
    folder if it is below that.
    """
    file = real_file(path)
    reading = Reading(display_path or shown(path), file.parent)
    readable = read_file(file, reading)
    for override in overrides:
        read_override(override, reading)
    if site is not None:
        read_site(site, reading)
    batch = _validate(path, reading) if readable else None
    if batch is None or reading.problems:
        raise BatchError(in_order(reading.problems, reading.path))
    return batch


def _validate(path: Path, reading: Reading) -> Batch | None:
    check_sources(reading)
    check_host_names(reading)
    values = {key: said.value.plain for key, said in reading.said.items()}
    whole = {**values, "path": path, "places": dict(_places(reading))}
    try:
        batch = Batch.model_validate(whole, context=reading.links)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    else:
        return settle_links(resolve(batch, reading) or batch, reading)
    # The rest is checked without the wrong values, so that all problems are reported together.
    left, kept = without(whole, tell(details, reading))
    reading.links.clear()
    understood = Batch.model_validate(left, context=reading.links)
    resolve(understood, reading, kept)
    settle_links(understood, reading)
    return None


def _places(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield each key with its position in a file, also those within `demo:`, which the built-in site checks later."""
    for key, said in reading.said.items():
        if said.value.line is not None:
            yield key, f"{said.path}:{said.value.line}:{said.value.column}"
            if key == "demo":
                yield from _within(said.path, key, said.value)


def _within(path: str, key: str, value: Value) -> Iterator[tuple[str, str]]:
    for entry in value.entries:
        inner = f"{key}.{entry.key}"
        yield inner, f"{path}:{entry.line}:{entry.column}"
        yield from _within(path, inner, entry.value)
