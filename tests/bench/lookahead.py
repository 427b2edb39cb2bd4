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
from tests.bench import ideal
from tests.bench.variants import Call
from tests.bench.watched import run_watched

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG, SHORT, WORKERS = 3 * [6.0], 17 * [1.0], 10
_STUB = Path(plugin.__file__).with_name("stub_conftest.py")
_STOCK = Path(__file__).with_name("stock_items.py")


@dataclass(frozen=True)
class LookAhead:
    """Seconds from the first start to the last end, without any start-up."""

    ideal: float
    grokbatch: float
    stock: float


def measure_lookahead(folder: Path) -> LookAhead:
    """Run the case with grokbatch's scheduler and with the stock one; raises BenchError."""
    seconds = [*LONG, *SHORT]
    return LookAhead(
        ideal=ideal.greedy_makespan(seconds, WORKERS),
        grokbatch=_span(_prepare_grokbatch(folder / "lookahead", seconds), folder / "lookahead"),
        stock=_span(_prepare_stock(folder / "lookahead-stock", seconds), folder / "lookahead-stock"),
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


def _span(call: Call, folder: Path) -> float:
    run_watched(call, folder, lambda: folder / "no-profiles")
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    starts = [line["at"] for line in lines if line["what"] == "submit"]
    ends = [line["at"] for line in lines if line["what"] == "end"]
    return float(max(ends) - min(starts))
