"""The time line of a run, an inline SVG picture with a lane for each worker and a bar for each attempt.

Every colour has a pattern, a symbol and words beside it. The colours are those of the page's style sheet, with fallback
colours for pages that have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup

from grokbatch.review.formatting import UNICODE, VideoState, browser_name, clipped, joined, stopwatch, took
from grokbatch.review.report.video import TONES
from grokbatch.review.templates import filled
from grokbatch.review.worker_time import WorkTime, pauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.review.worker_time import Stretch

WIDTH = 1120
_RIGHT = 24
_TALLEST, _HIGHEST_LANE, _LOWEST_LANE = 400, 22, 3
_LETTER, _LINE, _TOP = 6.4, 13, 7
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_MOST_TICKS = 9
_SOFT, _TRACK, _GROUND = "var(--soft,#667080)", "var(--calm-back,#e9ecf1)", "var(--card,#fff)"
_PATTERNS = {
    VideoState.FAILED: Markup('<path d="M-1 7 7-1M2 10 10 2" stroke="{}" stroke-width="1.6"/>'),
    VideoState.MODERATED: Markup('<circle cx="4" cy="4" r="1.6" fill="{}"/>'),
    VideoState.RATE_LIMITED: Markup('<path d="M2 0V8M6 0V8" stroke="{}" stroke-width="1.4"/>'),
    VideoState.INTERRUPTED: Markup('<path d="M0 2H8M0 6H8" stroke="{}" stroke-width="1.4"/>'),
}
_STRONG, _PALE = Markup('fill="currentColor"'), Markup('fill="currentColor" opacity=".3"')
_UNDER_WAY = "under way"


def time_line(manifests: Sequence[Manifest], since: datetime, now: datetime) -> Markup:
    """Return the time line of the run that began at `since`, or an empty string if nothing was ever made."""
    work = WorkTime.of(manifests, since, now)
    if work is None:
        return Markup()
    earlier = "nothing was to be made; this is the last time that something was: " if work.is_earlier else ""
    words = f"From {work.began_at.astimezone():%H:%M:%S} on: {earlier}{work.in_words()}."
    drawing = _Drawing(work)
    return filled(
        "report/timeline.html",
        words=words,
        width=WIDTH,
        height=f"{drawing.bottom + 46:g}",
        patterns=map(_pattern, _PATTERNS),
        parts=drawing.parts(),
    )


@dataclass(frozen=True)
class _Drawing:
    work: WorkTime

    @cached_property
    def left(self) -> float:
        longest = max(len(self._label(worker)) for worker in self.work.lanes)
        return max(44, longest * _LETTER + 12)

    @property
    def pitch(self) -> float:
        """The distance between two lanes."""
        return max(_LOWEST_LANE, min(_HIGHEST_LANE, _TALLEST / len(self.work.lanes)))

    @property
    def thickness(self) -> float:
        return self.pitch - (4 if self.pitch > 12 else 0.6)

    @property
    def bottom(self) -> float:
        return round(_TOP + len(self.work.lanes) * self.pitch + 2, 1)

    def parts(self) -> Iterator[Markup]:
        """Yield all that is drawn, what lies on top last."""
        yield from self._axis()
        for row, worker in enumerate(self.work.lanes):
            yield from self._lane(row, worker)
        yield from self._legend()

    def _x(self, moment: datetime) -> float:
        gone = (moment - self.work.began_at).total_seconds() / self.work.seconds
        return self.left + (WIDTH - _RIGHT - self.left) * min(1.0, max(0.0, gone))

    def _label(self, worker: str) -> str:
        accounts = sorted({each.account for each in self.work.lanes[worker]})
        return clipped(joined([browser_name(worker), *(accounts if len(self.work.accounts) > 1 else [])], " "), 24)

    def _axis(self) -> Iterator[Markup]:
        total = self.work.seconds
        step = next((step for step in _STEPS if total / step <= _MOST_TICKS), 86400 * max(1, round(total / 777600)))
        for number in range(int(total / step) + 1):
            x = self.left + (WIDTH - _RIGHT - self.left) * number * step / total
            yield Markup('<path d="M{:.1f} 0V{:g}" stroke="{}"/>').format(x, self.bottom, _TRACK)
            yield _text(x, self.bottom + 13, stopwatch(number * step), "middle")

    def _lane(self, row: int, worker: str) -> Iterator[Markup]:
        y, lane = _TOP + row * self.pitch, sorted(self.work.lanes[worker], key=lambda each: each.began_at)
        width, middle = WIDTH - _RIGHT - self.left, y + self.thickness / 2
        yield _rect(self.left, y, width, self.thickness, Markup('fill="{}" opacity=".55"').format(_TRACK))
        # With many lanes there is room for a few names only.
        if row % ceil(_LINE / self.pitch) == 0:
            yield _text(self.left - 8, middle + 4, self._label(worker), "end")
        for first, second in pauses(lane):
            from_x, to_x = self._x(first.ended_at), self._x(second.began_at)
            told = f"{first.video}: a pause of {took((second.began_at - first.ended_at).total_seconds())}"
            yield Markup("<g><title>{}</title>{}</g>").format(told, _pause(from_x, to_x, middle))
        for each in lane:
            yield self._bar(each, y)

    def _bar(self, each: Stretch, y: float) -> Markup:
        x, end = self._x(each.began_at), self._x(each.ended_at)
        tone = TONES.get(each.came_to, "calm") if each.came_to else "calm"
        bar = Markup('<g class="gb-{}"><title>{}</title>{}</g>')
        if each.is_file:
            file = _rect(x, y + self.thickness / 3, max(1, end - x), self.thickness / 3, _STRONG)
            return bar.format(tone, _told(each), file)
        sent = self._x(each.sent_at) if each.sent_at else end
        drawn = _rect(x, y, max(1, end - x), self.thickness, _PALE)
        if end > sent:
            drawn += _rect(sent, y, max(1, end - sent), self.thickness, _fill(each.came_to))
        return bar.format(tone, _told(each), drawn + self._mark(each, x, sent, end, y))

    def _mark(self, each: Stretch, x: float, sent: float, end: float, y: float) -> Markup:
        """Return the video's number and the symbol of the result, if there is room for them."""
        signed = each.came_to not in {VideoState.COMPLETED, None}
        mark = f"{UNICODE.of(each.came_to)} " if each.came_to and signed else ""
        mark += each.video.rpartition("/")[2].removeprefix("video-")
        room = len(mark) * _LETTER + 6
        if self.thickness < 12 or room > end - x:
            return Markup()
        middle = (sent + end if room <= end - sent else x + end) / 2
        # Letters on a pattern cannot be read.
        ground = _rect(middle - room / 2, y, room, self.thickness, _STRONG) if signed else Markup()
        letters = Markup(
            '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" fill="{}" stroke="currentColor" stroke-width="3" '
            'paint-order="stroke">{}</text>'
        )
        return ground + letters.format(middle, y + self.thickness / 2 + 4, _GROUND, mark)

    def _legend(self) -> Iterator[Markup]:
        x, y = self.left, self.bottom + 27
        for word, swatch in self._keys():
            yield Markup('<g transform="translate({:.1f} {:g})">{}</g>').format(x, y, swatch)
            yield _text(x + 24, y + 9, word)
            x += 24 + len(word) * _LETTER + 18

    def _keys(self) -> Iterator[tuple[str, Markup]]:
        """Yield the entries of the legend: a word and a sample for everything that the picture shows."""
        shown = [each for lane in self.work.lanes.values() for each in lane]
        attempts = {each.came_to for each in shown if not each.is_file}
        yield "getting ready", _swatch("good", _PALE)
        for state in (VideoState.COMPLETED, *_PATTERNS, None):
            if state in attempts:
                tone = TONES.get(state, "calm") if state else "calm"
                yield (state.value if state else _UNDER_WAY), _swatch(tone, _fill(state))
        if any(each.is_file for each in shown):
            yield "bringing the file", Markup('<g class="gb-good">{}</g>').format(_rect(0, 4, 18, 4, _STRONG))
        if any(True for lane in self.work.lanes.values() for _ in pauses(lane)):
            yield "pause before trying again", _pause(0, 18, 6)
        edged = Markup('fill="{}" stroke="{}" stroke-width=".5"').format(_TRACK, _SOFT)
        yield "idle", _rect(0, 0, 18, 11, edged)


def _told(each: Stretch) -> str:
    """Return the tooltip of a bar."""
    came_to = each.category or (each.came_to or _UNDER_WAY)
    times = f"{each.began_at.astimezone():%H:%M:%S} to {each.ended_at.astimezone():%H:%M:%S}"
    sent = f"submitted after {took((each.sent_at - each.began_at).total_seconds())}" if each.sent_at else None
    return joined([f"{each.video}, {each.what}: {came_to}", times, took(each.seconds), sent])


def _fill(state: VideoState | None) -> Markup:
    if state is None:
        return Markup('fill="none" stroke="currentColor" stroke-dasharray="3 2"')
    return Markup('fill="url(#{})"').format(_pattern_id(state)) if state in _PATTERNS else _STRONG


def _pattern(state: VideoState) -> dict[str, str]:
    drawn, tone = _PATTERNS[state].format(_GROUND), TONES.get(state, "calm")
    return {"id": _pattern_id(state), "tone": tone, "drawn": drawn}


def _pattern_id(state: VideoState) -> str:
    return f"gb-time-{state.name}"


def _swatch(tone: str, how: Markup) -> Markup:
    return Markup('<g class="gb-{}">{}</g>').format(tone, _rect(0, 0, 18, 11, how))


def _pause(x: float, end: float, y: float) -> Markup:
    drawn = Markup('<path d="M{:.1f} {:.1f}H{:.1f}" stroke="{}" stroke-width="1.5" stroke-dasharray="2 3"/>')
    return drawn.format(x, y, end, _SOFT)


def _rect(x: float, y: float, width: float, height: float, how: Markup) -> Markup:
    drawn = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" {}/>')
    return drawn.format(x, y, width, height, how)


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    drawn = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}">{}</text>')
    return drawn.format(x, y, anchor, _SOFT, text)
