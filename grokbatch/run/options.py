"""The options that grokbatch adds to pytest, and what was given, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.project import REPORTS

if TYPE_CHECKING:
    import pytest

    from grokbatch.record.rundir import Keep

EVIDENCE: tuple[Keep, ...] = ("always", "failures", "never")
DEFAULT_EVIDENCE: Keep = "failures"


@dataclass(frozen=True)
class Options:
    """What the command line says about batches; None and empty mean that it says nothing."""

    site: str | None
    settings: tuple[str, ...]
    runs_dir: str | None
    fresh: bool
    headed: bool
    browser_channel: str | None
    resume: bool
    picks: str | None
    force: bool
    evidence: Keep | None
    share: bool = False

    @classmethod
    def of(cls, config: pytest.Config) -> Options:
        """Read the options of this call."""
        return cls(
            site=config.getoption("grokbatch_site"),
            settings=tuple(config.getoption("grokbatch_settings")),
            runs_dir=config.getoption("grokbatch_runs_dir"),
            fresh=config.getoption("grokbatch_fresh"),
            headed=bool(config.getoption("headed", False)),
            browser_channel=config.getoption("browser_channel", None),
            resume=bool(config.getoption("lf", False)),
            picks=config.getoption("grokbatch_picks"),
            force=config.getoption("grokbatch_force"),
            evidence=config.getoption("grokbatch_evidence"),
            share=config.getoption("grokbatch_share"),
        )


def add(parser: pytest.Parser) -> None:
    """Add our options to pytest's; `--headed`, `--browser-channel`, `-n` and `--lf` belong to others."""
    group = parser.getgroup("grokbatch", "grokbatch: many videos from one Grok Imagine image")
    group.addoption(
        "--site",
        dest="grokbatch_site",
        metavar="demo|URL",
        help="make the videos on the built-in site (spends nothing), or on the site at URL",
    )
    group.addoption(
        "--set",
        dest="grokbatch_settings",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="override a key of the batch files, such as --set count=4 (can be repeated)",
    )
    group.addoption(
        "--runs-dir",
        dest="grokbatch_runs_dir",
        metavar="DIR",
        help=f"keep manifests, reports and evidence below DIR (default: {REPORTS}/ of the batch file's project)",
    )
    group.addoption(
        "--fresh",
        dest="grokbatch_fresh",
        action="store_true",
        help="set the results of earlier runs aside and make every video anew",
    )
    group.addoption(
        "--force",
        dest="grokbatch_force",
        action="store_true",
        help="start even if memory or disk seem too small for so many browsers",
    )
    group.addoption(
        "--picks",
        dest="grokbatch_picks",
        metavar="FILE",
        help="act on the videos only that were picked on the wall: HD where the batch says `upscale: picks`, copies "
        "into `picks` beside the files; makes none",
    )
    group.addoption(
        "--share",
        dest="grokbatch_share",
        action="store_true",
        help="also write share/ into the run directory: report, wall and films to hand on, without account, addresses "
        "and prompt; with --picks of the picked videos only",
    )
    group.addoption(
        "--evidence",
        dest="grokbatch_evidence",
        choices=EVIDENCE,
        metavar="|".join(EVIDENCE),
        help="of which videos to keep what the page showed, in debug/ of the run directory (default: failures)",
    )
