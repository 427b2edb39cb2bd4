"""What is wrong with a batch file, said so that one can find it and knows what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong: in line `line` of the file `path`, or on the command line (`line` is None).

    On the command line `path` is what was typed there, such as `--set count=0`. `key` is None when the
    fault is not about one key. No fault ever holds a prompt.
    """

    path: str
    line: int | None
    key: str | None
    reason: str

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.path}: {self.reason}"
        key = f"{self.key}: " if self.key else ""
        return f"{self.path}:{self.line}: {key}{self.reason}"


class BatchError(Exception):
    """A batch cannot be made out of a file; `faults` are all that is wrong, and the text is one a line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))
