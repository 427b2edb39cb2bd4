"""Remembers a run so that `--lf` can go on with it: before anything is started, and again once videos are selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.run import lastrun
from grokbatch.run.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from grokbatch.run.options import Options
    from grokbatch.run.plan import RunPlan


@dataclass(frozen=True)
class Memory:
    """Where a call is remembered, the options that were given, the folder it was typed in, and what it asked for."""

    folder: Path
    options: Options
    here: Path
    asked: Asked

    @classmethod
    def of(cls, config: pytest.Config, folder: Path, options: Options) -> Memory:
        """Return the memory of this call."""
        return cls(folder, options, config.invocation_params.dir, Asked.of(config))

    def begin(self, plan: RunPlan) -> None:
        """Remember a run that is about to start: whoever is killed from now on finds it, and no older one."""
        self._write(plan, plan.resumed or {}, self.asked)

    def select(self, plan: RunPlan, selected: Mapping[str, tuple[str, ...]]) -> None:
        """Remember which videos were selected."""
        self._write(plan, selected, None)

    def _write(self, plan: RunPlan, selected: Mapping[str, tuple[str, ...]], asked: Asked | None) -> None:
        options = self.options
        last = lastrun.LastRun(
            batches=tuple(batch.path for batch in plan.batches),
            site=options.site,
            settings=options.settings,
            runs_folder=plan.runs_folder,
            headed=options.headed,
            browser_channel=options.browser_channel,
            evidence=options.evidence,
            picks=options.picks and str(self.here / options.picks),
            selected=dict(selected),
            asked=asked,
        )
        lastrun.write(self.folder, last)
