"""Says in words which values a key may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True)
class Allowed:
    """The annotation of a model's field; an error reads `must be <words>`."""

    words: str


def words_of(model: type[BaseModel], key: str) -> str:
    """Return the words that the field `key` of `model` is annotated with."""
    return next(part.words for part in model.model_fields[key].metadata if isinstance(part, Allowed))
