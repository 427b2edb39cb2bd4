"""The options that grokbatch adds to pytest, and their values in one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grokbatch.record.storage.run_directory import Keep

EVIDENCE: tuple[Keep, ...] = ("always", "failures", "never")
DEFAULT_EVIDENCE: Keep = "failures"


@dataclass(frozen=True)
class Options:
    """The command line's options for batches; None or empty: not typed."""

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
    workers: int | str | None = None
    until_done: bool = False
    until: str | None = None
    not_before: str | None = None
    events: str | None = None
    hosts: str | None = None
    others: dict[str, Any] = field(default_factory=dict)

    def repeat_others(self, config: pytest.Config) -> None:
        """Set the options of other plugins that are in `others` and that this call does not set itself."""
        for name, value in self.others.items():
            if not getattr(config.option, name, True):
                setattr(config.option, name, value)

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
            workers=config.getoption("numprocesses", None),
            share=config.getoption("grokbatch_share"),
            until_done=config.getoption("grokbatch_until_done"),
            until=config.getoption("grokbatch_until"),
            not_before=config.getoption("grokbatch_not_before"),
            events=config.getoption("grokbatch_events"),
            hosts=config.getoption("grokbatch_hosts"),
            others={name: value for name in _OF_OTHERS if (value := config.getoption(name, None))},
        )


_OF_OTHERS = ("slowmo", "htmlpath", "self_contained_html", "tx")
"""Options of other plugins that are repeated when a run is resumed, by their names in the configuration."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "--site": {
        "dest": "grokbatch_site",
        "metavar": "demo|URL",
        "help": "make the videos on the built-in site (spends nothing), or on the site at URL",
    },
    "--set": {
        "dest": "grokbatch_settings",
        "metavar": "KEY=VALUE",
        "action": "append",
        "default": [],
        "help": "override a key of the batch files, such as --set count=4 (can be repeated)",
    },
    "--runs-dir": {
        "dest": "grokbatch_runs_dir",
        "metavar": "DIR",
        "help": "keep manifests, reports and evidence below DIR (default: reports/ of the batch file's project)",
    },
    "--fresh": {
        "dest": "grokbatch_fresh",
        "action": "store_true",
        "help": "set the results of earlier runs aside and make every video anew",
    },
    "--until-done": {
        "dest": "grokbatch_until_done",
        "action": "store_true",
        "help": "wait at a limit of the account and go on when it has ended, until every video is done",
    },
    "--until": {
        "dest": "grokbatch_until",
        "metavar": "TIME",
        "help": 'end the run politely at TIME: "07:00", "2026-12-24 07:00" or +8h',
    },
    "--not-before": {
        "dest": "grokbatch_not_before",
        "metavar": "TIME",
        "help": "make the first video at TIME, written in the same way",
    },
    "--force": {
        "dest": "grokbatch_force",
        "action": "store_true",
        "help": "start even if memory or disk seem too small for so many browsers, or if a video may be paid twice "
        "because the batch file names another account now",
    },
    "--picks": {
        "dest": "grokbatch_picks",
        "metavar": "FILE",
        "help": "act on the videos only that were picked on the wall: HD where the batch says `upscale: picks`, copies "
        "into `picks` beside the files; makes none",
    },
    "--share": {
        "dest": "grokbatch_share",
        "action": "store_true",
        "help": "also write share/ into the run directory: report, wall and video files to hand on, without account, "
        "addresses and prompt; with --picks of the picked videos only",
    },
    "--evidence": {
        "dest": "grokbatch_evidence",
        "choices": EVIDENCE,
        "metavar": "|".join(EVIDENCE),
        "help": "of which videos to keep what the page showed, in debug/ of the run directory (default: failures)",
    },
    "--hosts": {
        "dest": "grokbatch_hosts",
        "metavar": "FILE",
        "help": "make videos on the hosts that FILE names, too, over SSH; -n is then how many are made here",
    },
    "--events": {
        "dest": "grokbatch_events",
        "metavar": "FILE|-",
        "help": "append a line of JSON to FILE for everything that happens; -: to the standard output, and everything "
        "else that is printed to the error output",
    },
}

NAMES = tuple(_OPTIONS)
"""The names of grokbatch's options; `--headed`, `--browser-channel`, `-n` and `--lf` belong to other plugins."""

WITH_VALUE = tuple(name for name, option in _OPTIONS.items() if option.get("action") != "store_true")
"""The options that are followed by a value."""


def add(parser: pytest.Parser, names: Iterable[str] = NAMES) -> None:
    """Add grokbatch's options, or those in `names`, to pytest."""
    group = parser.getgroup("grokbatch", "grokbatch: many videos from one Grok Imagine image")
    for name in names:
        group.addoption(name, **_OPTIONS[name])


def free(parser: pytest.Parser, args: Sequence[str], names: Iterable[str] = NAMES) -> list[str]:
    """Return the options in `names` that no other plugin and no conftest.py has declared.

    `args` are the call's arguments, which pytest can parse.
    """
    parser.parse_known_and_unknown_args(args)
    return [name for name in names if _is_free(parser, args, name)]


def _is_free(parser: pytest.Parser, args: Sequence[str], name: str) -> bool:
    try:
        return name in parser.parse_known_and_unknown_args([*args, name])[1]
    except pytest.UsageError:
        return False  # an option of another plugin, which needs a value


_RECORDINGS = ("tracing", "video", "screenshot")


def leave_out_recordings(config: pytest.Config) -> list[str]:
    """Switch off pytest-playwright's recordings, which do not work with a worker's page; return a line that says so."""
    given = [name for name in _RECORDINGS if config.getoption(name, "off") not in {"off", None}]
    for name in given:
        setattr(config.option, name, "off")
    names = ", ".join(f"--{name}" for name in given)
    return [f"{names}: left out, only tests have them; --evidence always keeps what the page showed"] if given else []
