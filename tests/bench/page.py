"""Writes docs/performance.md: the tables of the bench, each with the machine that it was measured on."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TOP = """# What it costs

What a run costs in time, memory and CPU, measured on the [built-in site](demo.md), which takes as long for a video
as it is told to: what is left is what grokbatch and the browsers need. Every part says when and where it was
measured. How the figures would be on your machine is told by the same command, in a [checkout](architecture.md) of
the project:

    python -m tests.bench                     # everything, 10 to 20 minutes; leave the machine alone meanwhile
    python -m tests.bench --only plain        # one part, here the one without browsers
    python -m tests.bench --quick             # rough figures
    python -m tests.bench --write             # writes this page anew; parts that were not measured stay as they are

This page is written by that command, except for its last parts, which were measured by hand. Nothing in it is a
promise; [what is promised](reliability.md) is on a page of its own.
"""


@dataclass(frozen=True)
class Part:
    """A part of the bench: its name on the command line, and how the page introduces it."""

    name: str
    title: str
    text: str


PARTS = (
    Part(
        "plain",
        "With many videos, without a browser",
        """\
A finished batch with a different prompt of about 25 words for each video. "Recording one result" reads, changes and
writes the manifest, once by the clock and once in CPU time; on a busy machine only the latter says much. Each line
is the median of several measurements. Below each figure stands by how much it grows from one size to the next,
beside what it would be if it grew just as the number of videos does. Twins are found by comparing all videos with
all others, which grows with the square, but by some millionths of a second for a pair.""",
    ),
    Part(
        "compare",
        "Beside a naive script",
        """\
The same videos are made in two ways, one after the other: by grokbatch, and by a script as one would write it
first, with pytest-xdist, a copied profile, and a look at the page every 2 s. "Ratio" is the first figure divided by
the second. "Overhead" counts from the end of a generation on the site to the same worker's next submit, "playable"
from the moment when the page could play the video. Memory is the proportional share (PSS) of all processes of a
worker: Python, Playwright's driver and the browser.""",
    ),
    Part(
        "eras",
        "Today's page and the one before it",
        "The same videos on two pages of the site, of which the built-in site knows several.",
    ),
    Part(
        "lookahead",
        "Long and short videos together",
        """\
pytest-xdist gives its workers tests ahead of time, so that a short one may wait behind a long one. grokbatch does
not. "Stock" is pytest-xdist's own way.""",
    ),
    Part(
        "big-batch",
        "The start of a big batch",
        "What 1,000 videos cost before the first one is made, and how often workers open another image than before.",
    ),
)
NAMES = tuple(part.name for part in PARTS)


def write_page(path: Path, measured: Mapping[str, str], browser: str) -> None:
    """Write the page with the `measured` parts, by their names; parts that it has from before are kept.

    So are those that were measured by hand, at its end.
    """
    earlier = _sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    sections = {part.name: _section(part, measured[part.name], browser) for part in PARTS if part.name in measured}
    known = earlier | sections
    names = [name for name in NAMES if name in known] + [name for name in known if name not in NAMES]
    text = "\n".join([_TOP, *(_marked(name, known[name]) for name in names)])
    path.write_text(text, encoding="utf-8")


def machine(browser: str) -> str:
    """Return what a reader must know of the machine to judge its figures."""
    memory = psutil.virtual_memory().total / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    cores = os.cpu_count() or 1
    facts = [f"{cores} core{'s' if cores > 1 else ''}", f"{memory:.0f} GiB", platform.system(), python, browser]
    return ", ".join(filter(None, facts))


def _section(part: Part, tables: str, browser: str) -> str:
    when = datetime.now(UTC).date()
    told = f"Measured on {when} with grokbatch {version('grokbatch')}: {machine(browser)}; load at the end {_load()}."
    return f"## {part.title}\n\n{part.text}\n\n{told}\n\n```text\n{tables.strip()}\n```\n"


def _load() -> str:
    return f"{psutil.getloadavg()[0]:.1f}"


def _marked(name: str, section: str) -> str:
    return f"<!-- {name} -->\n\n{section.strip()}\n\n<!-- end of {name} -->\n"


def _sections(text: str) -> dict[str, str]:
    found = re.findall(r"<!-- ([a-z-]+) -->\n(.*?)<!-- end of \1 -->", text, re.DOTALL)
    return {name: section.strip() for name, section in found}
