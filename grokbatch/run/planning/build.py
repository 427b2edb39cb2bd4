"""Builds the plan of a call: which batches it runs, read and checked before anything starts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.filenames import TemplateError
from grokbatch.batch.model.paths import is_nameable, printable
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.rules.account_split import split
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.record.storage.manifest_store import ManifestStore, ManifestUnreadableError
from grokbatch.record.storage.project import reports_of
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.user_settings import shows_prompts
from grokbatch.record.storage.whereabouts import Whereabouts, whereabouts
from grokbatch.review.formatting import count_of
from grokbatch.run.command_line.moments import moment_of
from grokbatch.run.command_line.named_batches import named_batches
from grokbatch.run.command_line.options import DEFAULT_EVIDENCE, Options, leave_out_recordings
from grokbatch.run.command_line.resumable import folders, is_about_batches, is_bare_lf, memory_folders, tests_ran_since
from grokbatch.run.command_line.selection import Asked
from grokbatch.run.files_plan import FilesPlan
from grokbatch.run.plan import RUN_PLAN, BatchPlan, RunPlan, name_batches_once
from grokbatch.run.planning import last_run
from grokbatch.run.planning.capacity import auto_here, footprint_of, would_be_headed
from grokbatch.run.planning.commands import address_problems, tell_plan
from grokbatch.run.planning.picks import with_picks
from grokbatch.run.planning.quota import quota_lines
from grokbatch.run.planning.remember import RememberedCall
from grokbatch.run.planning.selectors import are_batches_alone, left_of, to_make, unknown_videos
from grokbatch.run.planning.validate import check_named, clashes, taken_by_another
from grokbatch.run.results.keepers import planned_count
from grokbatch.run.results.take_along import with_earlier_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.browser.capacity import AutoWorkers
    from grokbatch.hosts.host import Host
    from grokbatch.record.model.manifest import Manifest


def plan_call(config: pytest.Config) -> None:
    """Find the batches of this call, put the plan into the stash and choose the number of workers.

    A bare `--lf` resumes the last batch run. Raises pytest.UsageError with all problems.
    """
    options = Options.of(config)
    named = named_batches(config)
    paths = named or _batches_to_resume(config)
    if not paths:
        return
    found = [*last_run.read(_memory(config, options, paths))]
    last = next((each for each in found if each.covers(paths)), found[0] if found else None)
    if options.resume and last and last.covers(paths):
        options = _as_last_time(options, last)
        options.repeat_others(config)
    plan, places, hosts = _plan(config, options, paths)
    if wrong := unknown_videos(plan, config):
        raise pytest.UsageError("\n".join(wrong))
    if options.picks is not None:
        plan = with_picks(plan, config.invocation_params.dir / options.picks)
    if options.resume:
        plan = _resume(config, replace(plan, asked=_as_asked(last, paths)), last)
    if not named and plan.resumed is None and tests_ran_since(config):
        return  # a bare `--lf`: the last batch run is complete, and tests were run after it
    _take_paths(config, paths)
    if plan.asked is not None:
        plan.asked.repeat(config)
    name_batches_once(config, plan)
    if not config.option.collectonly:
        plan, options = with_earlier_results(plan, options, places, config.invocation_params.dir)
    plan = replace(plan, idle=not (options.fresh or options.picks) and _is_all_done(plan))
    plan = _with_times(plan, options)
    plan = replace(plan, notices=(*plan.notices, *leave_out_recordings(config)))
    plan = _choose_workers(config, plan, options, hosts)
    if not config.option.collectonly:
        plan = replace(plan, notices=(*plan.notices, *_quota_lines(config, plan)))
    config.stash[RUN_PLAN] = plan
    config.stash[OPTIONS] = options
    config.stash[MEMORY] = RememberedCall.of(config, memory_of(config), options)


def _batches_to_resume(config: pytest.Config) -> Sequence[Path]:
    """Return the batches that a bare `--lf` resumes; none without `--lf`, because a bare `pytest` makes no videos."""
    if not (is_bare_lf(config) and is_about_batches(config)):
        return ()
    last = next(last_run.read(memory_folders(config)), None)
    return last.batches if last else ()


def _take_paths(config: pytest.Config, paths: Sequence[Path]) -> None:
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(path) for path in paths]
    # pytest's own selection uses its cache, which does not hold videos that never started.
    config.option.lf = False


OPTIONS = pytest.StashKey[Options]()
MEMORY = pytest.StashKey[RememberedCall]()


def memory_of(config: pytest.Config) -> tuple[Path, ...]:
    """Return the folders in which this run is remembered."""
    return _memory(config, config.stash[OPTIONS], [batch.file for batch in config.stash[RUN_PLAN].batches])


def _memory(config: pytest.Config, options: Options, files: Iterable[Path]) -> tuple[Path, ...]:
    return folders(config.invocation_params.dir, files, _given_folder(config, options))


def _given_folder(config: pytest.Config, options: Options) -> Path | None:
    """Return the folder that `--runs-dir` names; None if it was not typed, as each project then has its own."""
    return (config.invocation_params.dir / options.runs_dir).resolve() if options.runs_dir else None


def _as_last_time(options: Options, last: last_run.LastRun) -> Options:
    """Add the last run's options: a rehearsal must not become a real run because `--site demo` was left out."""
    return replace(
        options,
        site=options.site or last.site,
        runs_dir=options.runs_dir or (str(last.runs_folder) if last.runs_folder else None),
        settings=(*last.settings, *options.settings),
        headed=options.headed or last.headed,
        browser_channel=options.browser_channel or last.browser_channel,
        evidence=options.evidence or last.evidence,
        picks=options.picks or last.picks,
        share=options.share or last.share,
        until_done=options.until_done or last.until_done,
        workers=last.workers if options.workers is None else options.workers,
        force=options.force or last.force,
        hosts=options.hosts or last.hosts,
        others={**last.others, **options.others},
    )


def _as_asked(last: last_run.LastRun | None, paths: Sequence[Path]) -> Asked | None:
    """Return the last call's selection if it was killed before the selected videos were known, else None."""
    return last.asked if last and last.is_of(paths) else None


def _plan(
    config: pytest.Config, options: Options, paths: Sequence[Path]
) -> tuple[RunPlan, dict[Path, Whereabouts], tuple[Host, ...]]:
    """Return the plan, for each batch file where its results are now and where they belong, and the hosts."""
    given = _given_folder(config, options)
    if given is not None and not is_nameable(given):
        raise pytest.UsageError(f"{printable(str(given))}: its name contains bytes that are no characters: rename it")
    problems: list[str] = []
    read = [_read(path, config.invocation_params.dir, given, options, problems) for path in paths]
    found = [each for each in read if each is not None]
    problems += clashes((each.plan.display, each.place.root) for each in found)
    problems += address_problems([(each.plan.display, each.batch) for each in found])
    if problems:
        raise pytest.UsageError("\n".join(problems))
    plan = RunPlan(
        batches=tuple(each.plan for each in found),
        runs_folder=given or reports_of(found[0].plan.file),
        attended=sys.stdout.isatty(),
        evidence=options.evidence or DEFAULT_EVIDENCE,
        notices=tuple(dict.fromkeys(note for each in found for note in each.batch.notes)),
    )
    return plan, {each.plan.path: each.place for each in found}, _hosts(config, options, found)


def _hosts(config: pytest.Config, options: Options, found: Sequence[_Read]) -> tuple[Host, ...]:
    if not options.hosts and not any(each.batch.hosts for each in found):
        return ()
    # Imported here, because it takes time and few calls need it.
    from grokbatch.run.planning.hosts import hosts_of_call

    typed = config.invocation_params.dir / options.hosts if options.hosts else None
    return hosts_of_call([each.batch for each in found], typed)


@dataclass(frozen=True)
class _Read:
    """A valid batch with its plan; `place` says where its results are and belong."""

    batch: Batch
    plan: BatchPlan
    place: Whereabouts


def _read(path: Path, here: Path, given: Path | None, options: Options, problems: list[str]) -> _Read | None:
    """Return the batch in the file at `path`, or None after adding its problems to `problems`, each only once."""
    display = _display(path, here)
    try:
        batch = load_batch(path, overrides=options.settings, site=options.site, display_path=display)
    except BatchError as error:
        problems += [str(problem) for problem in error.problems if str(problem) not in problems]
        return None
    locators, wrong = check_named(batch, display)
    problems += [problem for problem in wrong if problem not in problems]
    try:
        place = whereabouts(batch, given, here)
        problems += [taken_by_another(display, place)] if place.other else []
        return _Read(batch, replace(_batch_plan(batch, display, place.found, options), locators=locators), place)
    except TemplateError as error:
        problems.append(f"{batch.place(display, 'filename')}: {error}")
    except ManifestUnreadableError as error:
        problems.append(str(error))
    except OSError as error:
        problems.append(f"{error.filename}: {error.strerror}")
    return None


def _display(path: Path, base: Path) -> str:
    return printable(path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path))


def _batch_plan(batch: Batch, display: str, run_root: Path, options: Options) -> BatchPlan:
    earlier = _earlier_manifest(run_root, options)
    videos = tuple(with_lasting_ids(batch.videos(), earlier) if earlier else batch.videos())
    accounts = split(videos, batch.weights, earlier)
    return BatchPlan(
        path=batch.path,
        file=batch.file,
        display=display,
        name=batch.run_name,
        account=next(iter(batch.weights)),
        split=accounts if len(batch.weights) > 1 else {},
        site=batch.site_name,
        run_root=run_root,
        videos=videos,
        parallel=batch.parallel,
        attempts=batch.attempts,
        headed=options.headed or would_be_headed(batch),
        worker_start_delay=batch.worker_start_delay,
        keep_profiles=batch.keep_profiles,
        files=_files_plan(batch, run_root, videos, accounts),
        demo=batch.demo,
        on_degraded=batch.on_degraded,
        stop_after_failures=batch.stop_after_failures,
        until_done=options.until_done or batch.until_done,
        limit_retry=batch.limit_retry,
        show_prompts=shows_prompts(batch, home_folder(os.environ)),
        tell=tell_plan(batch),
        keep_awake=batch.keep_awake,
        keepers=batch.keepers,
    )


def _earlier_manifest(run_root: Path, options: Options) -> Manifest | None:
    """Return what earlier runs wrote, from which videos keep ids and accounts; raises ManifestUnreadableError."""
    store = ManifestStore(RunDirectory(run_root).manifest)
    return None if options.fresh or not store.exists() else store.read()


def _files_plan(batch: Batch, run_root: Path, videos: Sequence[VideoSpec], accounts: Mapping[str, str]) -> FilesPlan:
    return FilesPlan(
        folder=batch.output_folder(run_root),
        names=dict(zip((video.id for video in videos), batch.file_names(videos, accounts), strict=True)),
        open_names=batch.names_of_any_resolution(videos, accounts),
        download=batch.download,
        hd=batch.upscale,
        delete=batch.delete,
        sidecar_prompt=batch.sidecar_prompt,
        expect=batch.expect,
        source_image=batch.source_file,
    )


def _resume(config: pytest.Config, plan: RunPlan, last: last_run.LastRun | None) -> RunPlan:
    if config.getoption("grokbatch_fresh"):
        raise pytest.UsageError("--fresh and --lf: a fresh run has nothing to resume; leave one of them out")
    try:
        chosen = {batch.key: last_run.unfinished(batch, last) for batch in plan.batches}
        given_up = {batch.key: last_run.given_up(batch, last) for batch in plan.batches}
    except ManifestUnreadableError as error:
        raise pytest.UsageError(str(error)) from None
    if Asked.of(config).is_narrow or (plan.asked is not None and plan.asked.is_narrow):
        given_up = {}  # the moderated ones may be none of those that are asked for
    # When nothing is left to do, every video says so, instead of "no tests ran".
    return replace(plan, resumed=chosen, given_up=given_up) if any(chosen.values()) else plan


def _with_times(plan: RunPlan, options: Options) -> RunPlan:
    """Return the plan with the times of --not-before and --until; raises pytest.UsageError."""
    now = plan.clock.wall()
    start = moment_of("--not-before", options.not_before, now) if options.not_before else None
    end = moment_of("--until", options.until, now) if options.until else None
    if start is not None and end is not None and end <= start:
        raise pytest.UsageError(
            f"--until {options.until}: this is before --not-before {options.not_before}; nothing would be made"
        )
    return replace(plan, not_before=start, until=end)


def _is_all_done(plan: RunPlan) -> bool:
    try:
        return not any(last_run.unfinished(batch, None) for batch in plan.batches)
    except ManifestUnreadableError:
        return False  # the error is shown when the run is opened


def _choose_workers(config: pytest.Config, plan: RunPlan, options: Options, hosts: Sequence[Host]) -> RunPlan:
    """Set the number of workers; return the plan, with a line about what `parallel: auto` came to."""
    if config.option.collectonly:
        return plan
    if not hasattr(config.option, "numprocesses"):
        if hosts:
            raise pytest.UsageError("-p no:xdist: without that plugin no host can be used; leave it out")
        return plan
    is_anew = options.fresh or options.picks is not None
    asked, chosen = options.workers, min(to_make(plan, config, is_anew=is_anew), _most_at_once(plan))
    if plan.idle or not chosen:
        config.option.numprocesses = 0  # nothing is made, so no worker is needed
    elif config.getoption("tx", None):
        if config.option.dist == "no":
            config.option.dist = "load"  # what --tx is for
    elif hosts and asked != 0:
        from grokbatch.run.planning.hosts import choose_workers

        return choose_workers(config, plan, hosts, chosen, asked)
    elif config.option.numprocesses is None:
        auto = auto_here(plan.runs_folder, footprint_of(plan.batches)) if asked is None and _is_auto(plan) else None
        wanted = max(_parallel(batch, auto) for batch in plan.batches) if asked is None else asked
        config.option.numprocesses = min(wanted, chosen) if isinstance(wanted, int) else wanted
        if auto is not None:
            few = f"; only {count_of(chosen, 'video')} to make" if chosen < auto.number else ""
            return replace(plan, notices=(*plan.notices, f"{auto}{few}"))
    elif isinstance(config.option.numprocesses, int) and are_batches_alone(config, plan):
        # Others would not be started, but counted by pytest-xdist as if they were.
        config.option.numprocesses = min(config.option.numprocesses, chosen)
    return plan


def _quota_lines(config: pytest.Config, plan: RunPlan) -> list[str]:
    """Return what fits into the quota of each account, of the videos that are left of those selected."""
    workers = getattr(config.option, "numprocesses", None)
    try:
        left = left_of(plan.parts, plan, config)
    except ManifestUnreadableError:
        return []  # the error is shown when the run is opened
    return quota_lines(left, workers if isinstance(workers, int) and workers else 1)


def _most_at_once(plan: RunPlan) -> int:
    """Return how many videos may be under way at the same time, however many workers there are."""
    return sum(_still_needed(batch) for batch in plan.batches)


def _still_needed(batch: BatchPlan) -> int:
    if batch.keepers is None:
        return len(batch.videos)
    try:
        count = planned_count(batch)
    except ManifestUnreadableError:
        return batch.keepers  # the error is shown when the run is opened
    # Files of earlier videos may have to be fetched, even if no more are to be made.
    return batch.keepers if count is None else max(1, count.wanted - count.kept)


def _is_auto(plan: RunPlan) -> bool:
    return any(batch.parallel == "auto" for batch in plan.batches)


def _parallel(batch: BatchPlan, auto: AutoWorkers | None) -> int:
    return auto.number if auto is not None and batch.parallel == "auto" else int(batch.parallel)
