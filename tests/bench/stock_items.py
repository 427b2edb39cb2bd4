"""The look-ahead case under pytest-xdist's own scheduler: items that only wait, and note when.

Copied as a test file beside `script.json` and `journal.jsonl`, as tests/plugin/stub_conftest.py has them.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SECONDS: dict[str, float] = json.loads((HERE / "script.json").read_text())["seconds"]


@pytest.mark.parametrize("name", SECONDS)
def test_item(name: str) -> None:
    _note("submit", name)
    threading.Event().wait(SECONDS[name])
    _note("end", name)


def _note(what: str, name: str) -> None:
    with (HERE / "journal.jsonl").open("a") as file:
        file.write(json.dumps({"what": what, "video": name, "pid": os.getpid(), "at": time.time()}) + "\n")
