"""The lines and tables of `grokbatch plan`, without prompts unless they are asked for."""

from __future__ import annotations

import shlex
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.batch.model.video_ids import slug
from grokbatch.cli.shared.console import facts, table
from grokbatch.record.model.manifest import Keepers
from grokbatch.record.rules import ledger
from grokbatch.record.rules.keepers import KeeperCount, keeper_count
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.review.estimate import Count, TimePerVideo, time_left, time_per_video, video_states
from grokbatch.review.formatting import VideoState, about, count_of, joined, one_line, outdated_line, some
from grokbatch.review.quota import fitting_line
from grokbatch.review.text_layout import output_width, wrapped
from grokbatch.run.notify.addresses import shown
from grokbatch.run.planning.commands import addresses_of, commands_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.browser.capacity import AutoWorkers
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.model.quota import QuotaRecord

# The columns that are always shown, and those that are shown only if there is something to count.
_ALWAYS = ("videos", "done", "pending")
_SOMETIMES = ("failed", "moderated")


@dataclass(frozen=True)
class PlanReport:
    """A batch, its videos with the state of each, and how long a video took in earlier runs.

    `outdated` are made videos that the batch no longer asks for; `respaced` are the ids of videos whose prompt has only
    changed in its white space since they were tried. `auto` is what `parallel: auto` comes to, None if the batch says
    a number. `accounts` has the account of each video, `quotas` what is known of the quota of each. `keepers`: how far
    it is if it wants a number of keepers, else None.
    """

    batch: Batch
    videos: tuple[tuple[VideoSpec, VideoState], ...]
    time_per_video: TimePerVideo | None
    outdated: str = ""
    respaced: tuple[str, ...] = ()
    auto: AutoWorkers | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, QuotaRecord] = field(default_factory=dict)
    keepers: KeeperCount | None = None

    @classmethod
    def of(
        cls, batch: Batch, videos: Sequence[VideoSpec], manifest: Manifest | None, auto: AutoWorkers | None = None
    ) -> PlanReport:
        """Return the plan of a batch, with what `manifest` knows of its videos; None: it was never run."""
        states, found = video_states(videos, manifest), time_per_video(manifest)
        respaced = _respaced(videos, manifest) if manifest else ()
        keepers = None if batch.keepers is None else KeeperCount(batch.keepers, 0, 0, 0)
        if manifest:
            ledger.take_over(manifest, videos)
            manifest.keepers = None if batch.keepers is None else Keepers(wanted=batch.keepers)
            keepers = keeper_count(manifest)
        return cls(
            batch,
            tuple(zip(videos, states, strict=True)),
            found,
            outdated_line(manifest) if manifest else "",
            respaced,
            auto,
            keepers=keepers,
        )

    @property
    def left(self) -> int:
        """How many videos a run would make; of a batch that wants keepers, those that are missing, if all are kept."""
        missing = self.count.left if self.keepers is None else self.keepers.wanted - self.keepers.kept
        return max(0, min(self.count.left, missing))

    @property
    def parallel(self) -> int:
        """How many browsers the batch asks for."""
        return int(self.batch.parallel) if self.auto is None else self.auto.number

    @property
    def count(self) -> Count:
        """The number of videos in each state."""
        return Count.of(state for _, state in self.videos)

    def states_of(self, account: str) -> list[VideoState]:
        """Return the states of the videos that an account makes."""
        return [state for video, state in self.videos if self.accounts[video.id] == account]

    def by(self, key: Callable[[VideoSpec], Iterable[str]]) -> dict[str, Count]:
        """Return the counts of the videos with the same `key`, in the order of the first video of each."""
        groups: dict[str, list[VideoState]] = defaultdict(list)
        for video, state in self.videos:
            for name in key(video):
                groups[name].append(state)
        return {name: Count.of(group) for name, group in groups.items()}


def _respaced(videos: Sequence[VideoSpec], manifest: Manifest) -> tuple[str, ...]:
    known = known_entries(manifest)
    tried = [(video, entry) for video in videos if (entry := known.get(video.identity)) and entry.attempts]
    return tuple(video.id for video, entry in tried if entry.prompt != video.prompt)


def describe(
    plan_report: PlanReport, workers: int | None, *, show_prompts: bool, is_alone: bool = True
) -> Iterable[str]:
    """Yield the lines about one batch, run with so many workers (None: as many as the batch says).

    If it is not alone, the quota is left out, which other batches may need, too.
    """
    yield str(plan_report.batch.path)
    told = [*_facts(plan_report, workers)]
    browsers = workers or plan_report.parallel
    weights = plan_report.batch.weights if is_alone else {}
    lines = ((name if len(weights) > 1 else "", _quota([(plan_report, name)], browsers)) for name in weights)
    told += [("quota", joined([name, line], ": ")) for name, line in lines if line]
    yield from _laid_out(told)
    for rows in (_by_prompt(plan_report), _by_axis(plan_report, show_values=show_prompts), _by_image(plan_report)):
        if rows:
            yield ""
            yield from rows
    if show_prompts:
        yield ""
        yield from _prompts(plan_report)


def describe_together(plan_reports: Sequence[PlanReport], workers: int | None) -> Iterable[str]:
    """Yield the lines about several batches: what each account makes, and how long all of them take."""
    shares = [(each, name) for each in plan_reports for name in each.batch.weights]
    groups: dict[tuple[str, str], list[VideoState]] = defaultdict(list)
    for each, name in shares:
        groups[_account(each.batch, name)].extend(each.states_of(name))
    yield f"\nall {len(plan_reports)} batches"
    browsers = workers or max(each.parallel for each in plan_reports)
    left = sum(each.left for each in plan_reports)
    known = [(each.left, each.time_per_video) for each in plan_reports if each.time_per_video and each.left]
    covered = sum(number for number, _ in known)
    told = [("time left", _time(known, left, browsers))]
    if 0 < covered < left:
        told.append(("", f"without {count_of(left - covered, 'video')} of batches of which nothing is known yet"))
    accounts: dict[str, list[tuple[PlanReport, str]]] = defaultdict(list)
    for each, name in shares:
        # Each rehearsal has a site of its own.
        rehearsal = joined([str(each.batch.path), name if len(each.batch.weights) > 1 else ""])
        accounts[rehearsal if each.batch.is_demo else " on ".join(_account(each.batch, name))].append((each, name))
    lines = ((name, _quota(group, browsers)) for name, group in accounts.items())
    yield from _laid_out([*told, *(("quota", f"{name}: {line}") for name, line in lines if line)])
    yield ""
    yield from _table(("account", "site"), [(names, Count.of(group)) for names, group in groups.items()])


def _quota(group: Sequence[tuple[PlanReport, str]], browsers: int) -> str:
    """Return what fits into the quota of the account that all of these batches use; empty if nothing is known.

    Each batch comes with the name of that account.
    """
    counts = [(each, Count.of(each.states_of(name)).left) for each, name in group]
    left = sum(number for _, number in counts)
    known = [(number, each.time_per_video) for each, number in counts if each.time_per_video]
    first, account = group[0]
    return fitting_line(first.quotas[account], left, time_left(known, browsers) / left) if left else ""


def _laid_out(told: Iterable[tuple[str, str]]) -> list[str]:
    return facts(told, 11, indent=2)


def _facts(plan_report: PlanReport, typed: int | None) -> Iterable[tuple[str, str]]:
    batch, count, workers = plan_report.batch, plan_report.count, typed or plan_report.parallel
    for number, name in enumerate(batch.weights):
        account, site = _account(batch, name)
        own = Count.of(plan_report.states_of(name))
        share = f"{count_of(own.videos, 'video')}, {own.left} to make" if len(batch.weights) > 1 else ""
        yield "" if number else "account", joined([f"{account}, on {site}", share], ": ")
    yield "videos", _state_counts(count)
    if plan_report.keepers is not None:
        yield "keepers", f"{plan_report.keepers}; no more are made than are needed for so many"
    if plan_report.outdated:
        yield "outdated", plan_report.outdated
    if plan_report.respaced:
        yield "prompts", f"only the white space of {some(plan_report.respaced)} has changed, which makes nothing anew"
    asked = {_asked(video) for video, _ in plan_report.videos}
    if len(asked) == 1 and asked != {""}:
        yield "asked for", asked.pop()
    waiting = {video.permalink for video, state in plan_report.videos if state not in _SETTLED}
    loads = max(len(waiting), min(workers, plan_report.left)) if plan_report.left else 0
    to_load = f"at least {count_of(loads, 'page')} to load" if loads else None
    if typed is None and plan_report.auto is not None:
        yield "browsers", str(plan_report.auto)
    yield "pages", joined([count_of(len(batch.links), "image"), to_load])
    known = [(plan_report.left, plan_report.time_per_video)] if plan_report.time_per_video else []
    yield "time left", _time(known, plan_report.left, workers)
    for key, words in commands_of(batch).items():
        yield key, f"runs {shlex.join(words)}"
    if addresses := addresses_of(batch):
        yield "notify", joined(shown(number, address) for number, address in enumerate(addresses, 1))


_SETTLED = frozenset({VideoState.COMPLETED, VideoState.MODERATED})


def _account(batch: Batch, name: str) -> tuple[str, str]:
    if batch.is_demo:
        return (name if len(batch.weights) > 1 else "built-in"), "the demo site"
    return name, batch.site_name


def _state_counts(count: Count) -> str:
    again = f" ({count.failed} failed before)" if count.failed else ""
    moderated = f"{count.moderated} moderated" if count.moderated else None
    return f"{count.videos}: {joined([f'{count.done} done', f'{count.left} to make{again}', moderated])}"


def _time(known: Sequence[tuple[int, TimePerVideo]], left: int, workers: int) -> str:
    """Return how long the rest may take, and what the estimate is based on."""
    if not left:
        return "none, nothing is left to make"
    if not any(number for number, _ in known):
        return "cannot be estimated before the first video is made"
    told = f"{about(time_left(known, workers))} with {count_of(min(workers, left), 'browser')}"
    basis = f"estimate from {count_of(sum(each.videos for _, each in known), 'video')} made so far"
    return f"{told} ({basis})"


def _by_prompt(plan_report: PlanReport) -> list[str]:
    first = {video.number: video for video, _ in reversed(plan_report.videos)}
    if len(first) < 2:
        return []
    counts = plan_report.by(lambda video: [str(video.number)])
    rows = [((f"{number} {first[number].name}".strip(),), counts[str(number)]) for number in sorted(first)]
    asked = [_asked(first[number]) for number in sorted(first)]
    return _table(("prompt",), rows, asked if len(set(asked)) > 1 else ())


def _by_axis(plan_report: PlanReport, *, show_values: bool) -> list[str]:
    rows = []
    for axis, values in plan_report.batch.axes.items():
        counts = plan_report.by(_value_of(axis))
        # A value is part of a prompt, so it is shown in the form that it has in ids.
        rows += [((axis, value if show_values else slug(value)), counts.get(value, Count())) for value in values]
    return _table(("axis", "value"), rows) if rows else []


def _value_of(axis: str) -> Callable[[VideoSpec], list[str]]:
    return lambda video: [value for name, value in video.axes if name == axis]


def _by_image(plan_report: PlanReport) -> list[str]:
    counts = plan_report.by(lambda video: [video.permalink])
    rows = [((urlsplit(link).path.rpartition("/")[2],), count) for link, count in counts.items()]
    return _table(("image",), rows) if len(rows) > 1 else []


def _asked(video: VideoSpec) -> str:
    asked = video.options.asked()
    if asked.get("duration", "max") != "max":
        asked["duration"] += " s"
    return joined(asked.values())


def _table(
    head: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], Count]], asked: Sequence[str] = ()
) -> list[str]:
    columns = [*_ALWAYS, *(name for name in _SOMETIMES if any(getattr(count, name) for _, count in rows))]
    cells = [(*names, *(str(getattr(count, name)).rjust(len(name)) for name in columns)) for names, count in rows]
    if asked:
        columns.append("asked for")
        cells = [(*row, last) for row, last in zip(cells, asked, strict=True)]
    return table(cells, [name.upper() for name in (*head, *columns)], indent=2)


def _prompts(plan_report: PlanReport) -> Iterable[str]:
    """Yield every prompt, below the ids of its videos."""
    ids: dict[tuple[int, str], list[str]] = defaultdict(list)
    for video, _ in plan_report.videos:
        ids[video.number, video.prompt].append(video.id)
    for (_, prompt), names in ids.items():
        yield from wrapped(f"  {some(names)}", output_width())
        yield from wrapped(f"    {one_line(prompt)}", output_width(), hang=0)
