"""The look-ahead case: a queue per worker puts short items, or even long ones, behind long ones."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from grokbatch.demo.server import EXAMPLE_POST
from tests import plugin
from tests.bench.ideal import greedy_end
from tests.bench.variants import Call
from tests.bench.watched import run_watched

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG, SHORT, WORKERS = 3 * [6.0], 17 * [1.0], 10
_STUB = Path(plugin.__file__).with_name("stub_conftest.py")
_STOCK = Path(__file__).with_name("stock_items.py")


@dataclass(frozen=True)
class Span:
    """Seconds from the first start of an item to the last end; `ideal` is that of workers who begin when these did."""

    makespan: float
    ideal: float


@dataclass(frozen=True)
class LookAhead:
    """The case with grokbatch's scheduler and with the stock one; `ideal` is that of workers who begin together."""

    ideal: float
    grokbatch: Span
    stock: Span


def measure_lookahead(folder: Path) -> LookAhead:
    """Run the case in both ways; raises BenchError."""
    seconds = [*LONG, *SHORT]
    ours, stock = folder / "lookahead", folder / "lookahead-stock"
    return LookAhead(
        ideal=greedy_end(seconds, [0.0] * WORKERS),
        grokbatch=_run(_prepare_grokbatch(ours, seconds), ours, seconds),
        stock=_run(_prepare_stock(stock, seconds), stock, seconds),
    )


def _prepare_grokbatch(folder: Path, seconds: Sequence[float]) -> Call:
    _write_script(folder, seconds)
    shutil.copy(_STUB, folder / "conftest.py")
    says = {"permalink": f"https://grok.com{EXAMPLE_POST}", "prompt": "stub", "count": len(seconds)}
    (folder / "bench.yaml").write_text(yaml.safe_dump(says | {"site": "demo"}))
    return Call(("bench.yaml", "-n", str(WORKERS)), {})


def _prepare_stock(folder: Path, seconds: Sequence[float]) -> Call:
    _write_script(folder, seconds)
    shutil.copy(_STOCK, folder / "test_stock.py")
    return Call(("-p", "no:grokbatch", "test_stock.py", "-n", str(WORKERS)), {})


def _write_script(folder: Path, seconds: Sequence[float]) -> None:
    folder.mkdir()
    named = {f"video-{number:03}": each for number, each in enumerate(seconds, 1)}
    (folder / "script.json").write_text(json.dumps({"seconds": named}))


def _run(call: Call, folder: Path, seconds: Sequence[float]) -> Span:
    run_watched(call, folder, lambda: folder / "no-profiles")
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    starts: dict[int, float] = {}
    for line in lines:
        starts.setdefault(line["pid"], line["at"])
    began = min(starts.values())
    ideal = greedy_end(seconds, [at - began for at in starts.values()])
    return Span(max(line["at"] for line in lines) - began, ideal)
