"""`python -m tests.bench`: prints how fast and how light grokbatch is, beside a naive script."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.machine import this_machine
from tests.bench.account import make_account
from tests.bench.big_batch import measure_big_batch
from tests.bench.lookahead import measure_lookahead
from tests.bench.measure import Figures, measure
from tests.bench.page import NAMES, write_page
from tests.bench.plain import SIZES, measure_plain
from tests.bench.site import BenchSite, bench_site
from tests.bench.table import big_batch_table, era_table, growth_table, lookahead_table, table
from tests.bench.variants import Grokbatch, Job, Naive
from tests.bench.watched import BenchError

if TYPE_CHECKING:
    from tests.bench.account import HeavyAccount


@dataclass(frozen=True)
class Scale:
    """How much is measured: shortest and longest generation in seconds, videos of each worker, profile size."""

    generation: tuple[float, float]
    videos_per_worker: int
    megabytes: int

    def seconds(self, workers: int) -> list[float]:
        """Return how long each generation takes, the same ones each time."""
        draw = random.Random(workers)  # noqa: S311 - not a secret
        count = workers * self.videos_per_worker
        return [round(draw.uniform(*self.generation), 2) for _ in range(count)]


FULL = Scale((8.0, 16.0), 8, 500)
_ERA_WORKERS, _ERA_VIDEOS, _ERA_SECONDS = 4, 12, 5.0
QUICK = Scale((3.0, 6.0), 3, 100)


_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_WITH_BROWSER = frozenset({"compare", "eras"})
_NEED_LINUX = frozenset(NAMES) - {"plain"}


@dataclass
class Seen:
    """What has been measured so far: all figures, and the tables of each part."""

    figures: dict[str, object] = field(default_factory=dict)
    tables: dict[str, list[str]] = field(default_factory=dict)

    def add(self, part: str, text: str, figures: object, name: str = "") -> None:
        """Print a table, and keep it with its figures, which are called `name`, or as the part is."""
        print(text, flush=True)
        self.tables.setdefault(part, []).append(text.strip())
        self.figures[name or part] = figures


@dataclass(frozen=True)
class Bench:
    """What all measured runs share."""

    folder: Path
    site: BenchSite
    browser: Browser
    account: HeavyAccount

    def compare(self, workers: int, seconds: list[float]) -> tuple[Figures, Figures]:
        """Make the same videos in both ways, on the oldest page: the naive variant knows no other."""
        ours, naive = (
            measure(variant, self._job(f"{variant.name}-{workers}", workers, seconds), self.site, seconds, "A")
            for variant in (Grokbatch(), Naive())
        )
        return ours, naive

    def eras(self) -> tuple[Figures, Figures]:
        """Make the same videos on today's page and on the one before it."""
        seconds = [_ERA_SECONDS] * _ERA_VIDEOS
        today, before = (
            measure(Grokbatch(), self._job(f"era-{era}", _ERA_WORKERS, seconds), self.site, seconds, era)
            for era in ("D", "C")
        )
        return today, before

    def _job(self, name: str, workers: int, seconds: list[float]) -> Job:
        folder = self.folder / name
        folder.mkdir()
        return Job(folder, self.site.origin, self.account, self.browser, len(seconds), workers)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 0, or 1 when a measured run failed, whatever the figures are."""
    options = _parser().parse_args(arguments)
    parts = _parts(options)
    if parts & _NEED_LINUX and not sys.platform.startswith("linux"):
        print(
            "this part of the bench needs Linux: only there a process's share of memory (PSS) can be read; "
            "type --only plain for the part without browsers"
        )
        return 1
    try:
        results, texts, browser = _run(options, parts)
    except (BenchError, BrowserError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    if options.write:
        write_page(options.write, texts, browser)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer and shorter videos, a lighter profile: rough figures"
    )
    parser.add_argument(
        "--workers", type=_counts, default=[1, 4, 8], metavar="N,N,…", help="worker counts (default: 1,4,8)"
    )
    parser.add_argument("--videos", type=int, metavar="N", help="videos per worker (default: 8, quick: 3)")
    parser.add_argument(
        "--generation", type=_range, metavar="MIN-MAX", help="seconds per video (default: 8-16, quick: 3-6)"
    )
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="N,N,…", help="videos in the plain part (default: 10 to 5,000)"
    )
    parser.add_argument("--only", type=_names, metavar="PART,…", help=f"measure these parts only: {', '.join(NAMES)}")
    for name in NAMES:
        parser.add_argument(f"--no-{name}", dest="left_out", action="append_const", const=name, help=argparse.SUPPRESS)
    parser.add_argument(
        "--write",
        type=Path,
        nargs="?",
        const=_PAGE,
        metavar="FILE",
        help="write the tables into docs/performance.md, or FILE; parts that are not measured stay there as they are",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


def _counts(text: str) -> list[int]:
    counts = [int(part) for part in text.split(",")]
    if not all(1 <= count <= 100 for count in counts):
        raise argparse.ArgumentTypeError("each number of workers must be 1 to 100")
    return counts


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(part) for part in text.split(","))
    if not all(2 <= size <= 10_000 for size in sizes) or list(sizes) != sorted(set(sizes)):
        raise argparse.ArgumentTypeError("the numbers of videos must be 2 to 10000, each larger than the one before")
    return sizes


def _names(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if unknown := names - set(NAMES):
        raise argparse.ArgumentTypeError(f"no part {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return names


def _parts(options: argparse.Namespace) -> frozenset[str]:
    return (options.only or frozenset(NAMES)) - set(options.left_out or ())


def _range(text: str) -> tuple[float, float]:
    shortest, _, longest = text.partition("-")
    return float(shortest), float(longest or shortest)


def _scale(options: argparse.Namespace) -> Scale:
    scale = QUICK if options.quick else FULL
    return Scale(options.generation or scale.generation, options.videos or scale.videos_per_worker, scale.megabytes)


def _run(options: argparse.Namespace, parts: frozenset[str]) -> tuple[dict[str, object], dict[str, str], str]:
    """Measure and print the parts; return their figures, their tables by the names of the parts, and the browser."""
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="grokbatch-bench-") as temp:
        folder = Path(temp)
        if "plain" in parts:
            growth = measure_plain(folder, options.sizes)
            seen.add("plain", growth_table(growth), [asdict(each) for each in growth])
        browser = _with_browser(options, parts & _WITH_BROWSER, folder, seen) if parts & _WITH_BROWSER else ""
        if "lookahead" in parts:
            case = measure_lookahead(folder)
            seen.add("lookahead", lookahead_table(case), asdict(case))
        if "big-batch" in parts:
            big = measure_big_batch(folder)
            seen.add("big-batch", big_batch_table(big), asdict(big))
    return seen.figures, {name: "\n\n".join(tables) for name, tables in seen.tables.items()}, browser


def _with_browser(options: argparse.Namespace, parts: frozenset[str], folder: Path, seen: Seen) -> str:
    browser = find_browser(this_machine())
    if browser is None:
        raise BrowserError("no browser was found; type: playwright install chromium")
    scale = _scale(options)
    seen.figures |= {"scale": asdict(scale), "browser": str(browser)}
    with bench_site() as site:
        account = make_account(folder / "home", browser, site.origin, scale.megabytes)
        bench = Bench(folder, site, browser, account)
        print(_heading(browser, scale), flush=True)
        for workers in options.workers if "compare" in parts else ():
            pair = bench.compare(workers, scale.seconds(workers))
            seen.add("compare", table(*pair), [asdict(each) for each in pair], f"workers-{workers}")
        if "eras" in parts:
            eras = bench.eras()
            seen.add("eras", era_table(*eras), [asdict(each) for each in eras])
    return f"{browser}, headless"


def _heading(browser: Browser, scale: Scale) -> str:
    return (
        f"{browser}, headless; generations of {scale.generation[0]:g} to {scale.generation[1]:g} s, "
        f"account profile of {scale.megabytes} MB\n"
    )


if __name__ == "__main__":
    sys.exit(main())
