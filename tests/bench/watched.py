"""Runs a call of pytest to its end while it is watched."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.bench.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.variants import Call

_LINES_SHOWN = 30
_TIMEOUTS = 1800.0
_END_SECONDS = 15.0


class BenchError(Exception):
    """A measured call failed; the message holds the end of its output."""


def run_watched(call: Call, folder: Path, profiles: Callable[[], Path]) -> Sampler:
    """Run `call` in `folder` and return what was seen of it; raises BenchError unless it ends well."""
    output = folder / "output.txt"
    with output.open("wb") as sink:
        process = subprocess.Popen(
            call.command, cwd=folder, env=call.whole_environ, stdout=sink, stderr=subprocess.STDOUT
        )
        try:
            with Sampler(process.pid, profiles) as sampler:
                process.wait(_TIMEOUTS)
        except subprocess.TimeoutExpired:
            raise BenchError(f"not done within {_TIMEOUTS:g} s:\n{_end_of(output)}") from None
        finally:
            _end(process)
    if process.returncode != 0:
        raise BenchError(f"pytest ended with {process.returncode}:\n{_end_of(output)}")
    return sampler


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_of(output: Path) -> str:
    return "\n".join(output.read_text(errors="replace").splitlines()[-_LINES_SHOWN:])
