"""Saves a run so that `--lf` can resume it: before anything is started, and again when the videos are selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.run.command_line.selection import Asked
from grokbatch.run.planning import last_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from grokbatch.run.command_line.options import Options
    from grokbatch.run.plan import RunPlan


@dataclass(frozen=True)
class RememberedCall:
    """What is saved of a call: its options, the folder `here` where it was typed, and its selection `asked`.

    `folders` are where it is saved.
    """

    folders: tuple[Path, ...]
    options: Options
    here: Path
    asked: Asked

    @classmethod
    def of(cls, config: pytest.Config, folders: tuple[Path, ...], options: Options) -> RememberedCall:
        """Return what is to be saved of this call."""
        return cls(folders, options, config.invocation_params.dir, Asked.of(config))

    def begin(self, plan: RunPlan) -> None:
        """Save a run that is about to start: if it is killed, `--lf` resumes this run and not an older one."""
        resumed = plan.resumed or {}
        self._write(
            plan,
            _with_given_up(plan, {str(each.file): resumed[each.key] for each in plan.batches if resumed}),
            self.asked,
        )

    def select(self, plan: RunPlan, selected: Mapping[str, tuple[str, ...]]) -> None:
        """Save which videos were selected, in place of the call's selection."""
        self._write(plan, _with_given_up(plan, selected), None)

    def _others(self) -> dict[str, Any]:
        others = dict(self.options.others)
        if "htmlpath" in others:
            others["htmlpath"] = str(self.here / others["htmlpath"])
        return others

    def _write(self, plan: RunPlan, selected: Mapping[str, tuple[str, ...]], asked: Asked | None) -> None:
        options = self.options
        last = last_run.LastRun(
            batches=tuple(batch.file for batch in plan.batches),
            site=options.site,
            settings=options.settings,
            runs_folder=(self.here / options.runs_dir).resolve() if options.runs_dir else None,
            headed=options.headed,
            browser_channel=options.browser_channel,
            evidence=options.evidence,
            picks=options.picks and str(self.here / options.picks),
            selected=dict(selected),
            asked=asked,
            share=options.share,
            workers=options.workers,
            force=options.force,
            until_done=options.until_done,
            hosts=options.hosts and str(self.here / options.hosts),
            others=self._others(),
        )
        last_run.write(self.folders, last)


def _with_given_up(plan: RunPlan, selected: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what was selected, with the moderated videos that `--lf` has left out: a prompt may yet be edited."""
    left_out = {str(each.file): plan.given_up.get(each.key, ()) for each in plan.batches}
    return {file: (*ids, *left_out.get(file, ())) for file, ids in selected.items()}
