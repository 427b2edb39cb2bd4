"""From the command line to a plan: which batches this call makes, read and checked before anything starts."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.discover import find_batches
from grokbatch.batch.faults import BatchError
from grokbatch.batch.load import load_batch
from grokbatch.batch.naming import TemplateError
from grokbatch.batch.places import is_nameable, printable
from grokbatch.browser.display import has_display
from grokbatch.record.numbering import with_lasting_ids
from grokbatch.record.rundir import RunDirectory
from grokbatch.record.store import ManifestStore, ManifestUnreadableError
from grokbatch.run import lastrun
from grokbatch.run.checking import clashes, look_beyond
from grokbatch.run.options import DEFAULT_EVIDENCE, DEFAULT_RUNS_FOLDER, Options
from grokbatch.run.picking import with_picks
from grokbatch.run.plan import RUN_PLAN, BatchPlan, FilesPlan, RunPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model import Batch
    from grokbatch.batch.video import VideoSpec
    from grokbatch.run.asked import Asked


def plan_call(config: pytest.Config) -> None:
    """Find the batches of this call, put the plan into the stash and choose the number of workers.

    A bare `--lf` takes up the last batch run where it was. Raises pytest.UsageError with all faults.
    """
    options = Options.of(config)
    memory = memory_folder(config)
    last = lastrun.read(memory)
    paths = _named_batches(config, last if options.resume else None)
    if not paths:
        if not (options.resume or config.option.collectonly):
            lastrun.forget(memory)
        return
    if options.resume and last and last.covers(paths):
        options = _as_last_time(options, last)
    plan = _plan(config, options, paths)
    if options.picks is not None:
        plan = with_picks(plan, config.invocation_params.dir / options.picks)
    if options.resume:
        plan = replace(_resume(config, plan, last), asked=_as_asked(last, paths))
    if plan.asked is not None:
        plan.asked.repeat(config)
    config.stash[RUN_PLAN] = plan
    config.stash[OPTIONS] = options
    _choose_workers(config, plan)


def _named_batches(config: pytest.Config, resumed: lastrun.LastRun | None) -> Sequence[Path]:
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return find_batches(config.args, config.invocation_params.dir)
    if resumed is None:
        return ()  # a bare `pytest` makes nothing, wherever it is typed
    config.args[:] = [str(path) for path in resumed.batches]
    return resumed.batches


OPTIONS = pytest.StashKey[Options]()


def base_folder(config: pytest.Config) -> Path:
    """Return the folder that the project lives in: that of its configuration file, or the current one."""
    return config.rootpath if config.inipath else config.invocation_params.dir


def memory_folder(config: pytest.Config) -> Path:
    """Return the folder in which the last run is remembered, wherever `--runs-dir` put its results."""
    return base_folder(config) / DEFAULT_RUNS_FOLDER


def runs_folder(config: pytest.Config, options: Options) -> Path:
    """Return the folder that holds the run directories."""
    if options.runs_dir:
        return (config.invocation_params.dir / options.runs_dir).resolve()
    return memory_folder(config)


def _as_last_time(options: Options, last: lastrun.LastRun) -> Options:
    """Go on as the run began: a rehearsal must not become a real run because `--site demo` was left out."""
    return replace(
        options,
        site=options.site or last.site,
        runs_dir=options.runs_dir or str(last.runs_folder),
        settings=(*last.settings, *options.settings),
        headed=options.headed or last.headed,
        browser_channel=options.browser_channel or last.browser_channel,
        evidence=options.evidence or last.evidence,
        picks=options.picks or last.picks,
    )


def _as_asked(last: lastrun.LastRun | None, paths: Sequence[Path]) -> Asked | None:
    """Return what the last call asked for, if it was killed before it was known which videos these are."""
    return last.asked if last and set(paths) == set(last.batches) else None


def _plan(config: pytest.Config, options: Options, paths: Sequence[Path]) -> RunPlan:
    folder = runs_folder(config, options)
    if not is_nameable(folder):
        raise pytest.UsageError(f"{printable(str(folder))}: its name holds bytes that stand for no letter: rename it")
    faults: list[str] = []
    batches: list[BatchPlan] = []
    for path in paths:
        display = _display(path, config.invocation_params.dir)
        try:
            batch = load_batch(path, overrides=options.settings, site=options.site, display_path=display)
        except BatchError as error:
            faults += [str(fault) for fault in error.faults if str(fault) not in faults]
        else:
            locators, wrong = look_beyond(batch, display)
            faults += [fault for fault in wrong if fault not in faults]
            try:
                batches.append(replace(_batch_plan(batch, display, folder, options), locators=locators))
            except TemplateError as error:
                faults.append(f"{batch.place(display, 'filename')}: {error}")
            except ManifestUnreadableError as error:
                faults.append(str(error))
            except OSError as error:
                faults.append(f"{error.filename}: {error.strerror}")
    faults += clashes((batch.display, batch.run_root) for batch in batches)
    if faults:
        raise pytest.UsageError("\n".join(faults))
    return RunPlan(
        batches=tuple(batches),
        runs_folder=folder,
        attended=sys.stdout.isatty(),
        evidence=options.evidence or DEFAULT_EVIDENCE,
    )


def _display(path: Path, base: Path) -> str:
    return printable(path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path))


def _batch_plan(batch: Batch, display: str, folder: Path, options: Options) -> BatchPlan:
    run_root = folder / batch.run_name
    videos = _videos(batch, run_root, options)
    return BatchPlan(
        path=batch.path,
        display=display,
        name=batch.run_name,
        account=batch.account,
        site=batch.site_name,
        run_root=run_root,
        videos=videos,
        parallel=batch.parallel,
        attempts=batch.attempts,
        headed=_is_headed(batch, options),
        worker_start_delay=batch.worker_start_delay,
        keep_profiles=batch.keep_profiles,
        files=_files_plan(batch, run_root, videos),
        demo=batch.demo,
        on_degraded=batch.on_degraded,
        stop_after_failures=batch.stop_after_failures,
    )


def _videos(batch: Batch, run_root: Path, options: Options) -> tuple[VideoSpec, ...]:
    """Return the batch's videos with the ids that they had in earlier runs; raises ManifestUnreadableError."""
    store = ManifestStore(RunDirectory(run_root).manifest)
    if options.fresh or not store.exists():
        return tuple(batch.videos())
    return tuple(with_lasting_ids(batch.videos(), store.read()))


def _files_plan(batch: Batch, run_root: Path, videos: Sequence[VideoSpec]) -> FilesPlan:
    return FilesPlan(
        folder=batch.output_folder(run_root),
        names=dict(zip((video.id for video in videos), batch.file_names(videos), strict=True)),
        download=batch.download,
        hd=batch.upscale,
        delete=batch.delete,
        sidecar_prompt=batch.sidecar_prompt,
        expect=batch.expect,
        source_image=batch.source_file,
    )


def _is_headed(batch: Batch, options: Options) -> bool:
    if options.headed or isinstance(batch.headed, bool):
        return options.headed or bool(batch.headed)
    is_real = batch.site is None
    return is_real and has_display(os.environ)


def _resume(config: pytest.Config, plan: RunPlan, last: lastrun.LastRun | None) -> RunPlan:
    if config.getoption("grokbatch_fresh"):
        raise pytest.UsageError("--fresh and --lf: a fresh run has nothing to resume; leave one of them out")
    try:
        chosen = {str(batch.path): lastrun.unfinished(batch, last) for batch in plan.batches}
    except ManifestUnreadableError as error:
        raise pytest.UsageError(str(error)) from None
    # pytest's own selection goes by a cache that knows nothing of videos that never started.
    config.option.lf = False
    # When nothing is left to do, every video says so, instead of "no tests ran".
    return replace(plan, resumed=chosen) if any(chosen.values()) else plan


def _choose_workers(config: pytest.Config, plan: RunPlan) -> None:
    if not hasattr(config.option, "numprocesses") or config.option.collectonly:
        return
    if config.option.numprocesses is None and not config.getoption("tx", None):
        videos = sum(plan.is_selected(batch, video.id) for batch in plan.batches for video in batch.videos)
        wanted = max(batch.parallel for batch in plan.batches)
        config.option.numprocesses = min(wanted, videos)
