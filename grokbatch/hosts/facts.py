"""What was seen of a host, from answers that are checked before anything of them is used or shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from grokbatch.hosts.trouble import Trouble, TroubleKind, clean

if TYPE_CHECKING:
    from grokbatch.hosts.host import Host

MOST = 256 * 1024
"""The most characters that a host may answer with."""

PACKAGES = ("grokbatch", "pytest", "pytest-xdist", "execnet", "playwright")
"""The packages whose versions are compared."""

_Line = Annotated[str, AfterValidator(clean)]
_Bytes = Annotated[int, Field(ge=0, le=10**18)]


class _Told(BaseModel):
    # What a newer grokbatch says beyond this is ignored.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class HostAccount(_Told):
    """An account there, as its record says."""

    alias: _Line
    state: _Line
    checked_at: _Line = ""
    family: _Line = ""


class GrokbatchFacts(_Told):
    """What the grokbatch there says."""

    digest: _Line
    browser: _Line
    browser_problem: _Line = ""
    display: bool
    accounts: Annotated[list[HostAccount], Field(max_length=500)]
    memory: _Bytes
    cores: Annotated[int, Field(ge=1, le=100_000)]
    worker_memory: Annotated[int, Field(ge=1, le=10**18)]
    headed_memory: Annotated[int, Field(ge=1, le=10**18)]
    home: _Line = ""


class Basics(_Told):
    """What Python alone says; `broken`: why the grokbatch there says nothing."""

    python: _Line
    system: _Line
    versions: dict[str, _Line]
    disk: _Bytes
    grokbatch: GrokbatchFacts | None = None
    broken: _Line = ""


@dataclass(frozen=True)
class HostFacts:
    """What was seen of a host; only `trouble` if it could not be looked at.

    `skew`: how many seconds its clock is ahead of the one here; `round_trip`: how long an answer takes.
    """

    host: Host
    trouble: Trouble | None = None
    basics: Basics | None = None
    skew: float = 0.0
    round_trip: float = 0.0


def read_basics(text: object) -> Basics | Trouble:
    """Return what a host answered, or what is wrong with the answer."""
    if not isinstance(text, str) or len(text) > MOST:
        return Trouble(TroubleKind.UNCLEAR, "answers with something else than facts about itself")
    try:
        return Basics.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        place = clean(".".join(map(str, found["loc"])))
        return Trouble(TroubleKind.UNCLEAR, f"says nothing usable of {place or 'itself'}")
