"""Collects the evidence of a failure: a folder with the page's pictures, texts and requests, without the prompt."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from playwright.sync_api import Error

from grokbatch.site.evidence.bundle import NO_ANSWER, Bundle
from grokbatch.site.evidence.sanitize import clean_address, clean_html, clean_line, clean_tree
from grokbatch.site.page.scripts import script
from grokbatch.site.page.watcher import PageGoneError, ask, is_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playwright.sync_api import Page

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.outcome import Outcome
    from grokbatch.record.storage.run_directory import Keep, RunDirectory
    from grokbatch.site.evidence.redactor import Redactor
    from grokbatch.site.evidence.request_log import RequestLog

LOGGER = logging.getLogger(__name__)

Facts = tuple[tuple[str, str], ...]
Piece = TypeVar("Piece", bytes, str)

_SCRIPT = script("clean.js", "grokbatch.site.evidence")
# Every element where text is entered, not only the prompt's box: what is typed there is private.
_BOXES = 'input, textarea, [contenteditable]:not([contenteditable="false"]), [role="textbox"]'
# The browser draws the alternative text of a picture that cannot be loaded, which is often the prompt.
_UNTOLD = "img { color: transparent !important; }"
# A grey that looks meant on light and dark pages; Playwright's own magenta looks like a fault.
_COVER = "#8a93a1"
_LINES = 200
_SHORTEST_SECRET = 16


@dataclass(frozen=True)
class EvidenceSource:
    """Where evidence comes from: the page, if there is one, and the log of its requests."""

    page: Page | None
    requests: RequestLog | None = None


def _no_facts(_video: VideoSpec, _outcome: Outcome) -> Facts:
    return ()


@dataclass(frozen=True)
class Evidence:
    """Saves evidence into the run directory's `debug` folder, a folder for each video; each file may take `seconds`.

    `keep` says for which videos; `facts` returns further names and texts for the summary.
    """

    run_directory: RunDirectory
    seconds: float = 5.0
    keep: Keep = "failures"
    facts: Callable[[VideoSpec, Outcome], Facts] = _no_facts

    def save(self, source: EvidenceSource, video: VideoSpec, outcome: Outcome, redactor: Redactor) -> tuple[str, ...]:
        """Save what can be saved, and return the file names relative to the run directory.

        Raises nothing, because a failure must be recorded even without evidence.
        """
        if self.keep == "never" or (self.keep == "failures" and outcome.category is None):
            return ()
        now = datetime.now(UTC)
        try:
            bundle = Bundle.create(self.run_directory.debug, f"{video.id}-{now:%Y%m%dT%H%M%S}")
        except OSError as error:
            LOGGER.warning("%s: no evidence could be saved: %s", video.id, error.strerror)
            return ()
        redactor = replace(redactor, secrets=_cookie_values(source.page))
        if source.page is None or is_gone(source.page):
            bundle.missing.update(dict.fromkeys(("page.png", "tree.yaml", "page.html"), NO_ANSWER))
        else:
            self._save_page(bundle, source.page, redactor)
        self._save_lists(bundle, source, redactor)
        told = [*_what(video, outcome, now), *_where(source.page, redactor), *self.facts(video, outcome)]
        bundle.save("summary.txt", lambda: redactor.text(_summary(told, outcome.tried, bundle.missing)))
        return tuple(path.relative_to(self.run_directory.root).as_posix() for path in bundle.saved)

    def _save_page(self, bundle: Bundle, page: Page, redactor: Redactor) -> None:
        try:
            with self._hidden(page, redactor):
                bundle.save("page.png", lambda: self._if_hidden(self._picture(page), page, redactor))
                bundle.save("tree.yaml", lambda: self._if_hidden(self._tree(page, redactor), page, redactor))
        except PageGoneError:
            for name in ("page.png", "tree.yaml"):
                bundle.missing.setdefault(name, NO_ANSWER)
        bundle.save("page.html", lambda: clean_html(self._ask(page, "read", redactor)["html"], redactor))

    def _picture(self, page: Page) -> bytes:
        boxes = [page.locator(_BOXES)]
        timeout = self.seconds * 1000
        return page.screenshot(mask=boxes, mask_color=_COVER, style=_UNTOLD, timeout=timeout)

    def _tree(self, page: Page, redactor: Redactor) -> str:
        return clean_tree(page.locator("body").aria_snapshot(timeout=self.seconds * 1000), redactor)

    def _if_hidden(self, piece: Piece, page: Page, redactor: Redactor) -> Piece | None:
        """Return `piece`, unless the page may have shown a prompt while it was made."""
        return piece if self._ask(page, "hidden", redactor)["clean"] else None

    def _save_lists(self, bundle: Bundle, source: EvidenceSource, redactor: Redactor) -> None:
        page, requests = source.page, source.requests
        if page is None:
            bundle.missing["console.txt"] = NO_ANSWER
        else:
            bundle.save("console.txt", lambda: _text(_console(page, redactor)))
        if requests is None:
            bundle.missing["requests.txt"] = "none were made"
        else:
            bundle.save("requests.txt", lambda: _text(requests.lines(redactor)))

    @contextmanager
    def _hidden(self, page: Page, redactor: Redactor) -> Iterator[None]:
        """Hide the prompt on the page; raises PageGoneError."""
        self._ask(page, "hide", redactor)
        try:
            yield
        finally:
            self._ask(page, "show", redactor)

    def _ask(self, page: Page, job: str, redactor: Redactor) -> dict[str, Any]:
        argument = {"rule": redactor.rule, "job": job, "boxes": _BOXES}
        answer: dict[str, Any] = ask(page, _SCRIPT, argument, self.seconds * 1000)
        return answer


def _cookie_values(page: Page | None) -> tuple[str, ...]:
    """Return the values of the page's cookies that may be secret."""
    try:
        cookies = [] if page is None else page.context.cookies()
    except Error:
        return ()  # the browser is gone
    values = {cookie.get("value", "") for cookie in cookies}
    return tuple(value for value in values if len(value) >= _SHORTEST_SECRET)


def _console(page: Page, redactor: Redactor) -> list[str]:
    """Return what the page wrote to its console, which the browser keeps by itself."""
    said = [f"{each.type:<8} {clean_line(each.text, redactor)}" for each in page.console_messages()]
    thrown = [f"{'thrown':<8} {clean_line(each.message, redactor)}" for each in page.page_errors()]
    return (said + thrown)[-_LINES:]


def _what(video: VideoSpec, outcome: Outcome, now: datetime) -> Facts:
    told = outcome.message or (f"completed as {outcome.video.video_id}" if outcome.video else "")
    return (
        ("video", video.id),
        ("outcome", outcome.category.value if outcome.category else outcome.status.value),
        ("message", told),
        ("as of", f"{now:%Y-%m-%d %H:%M:%S} UTC"),
    )


def _where(page: Page | None, redactor: Redactor) -> Facts:
    if page is None or page.is_closed():
        return (("page", "none was open"),)
    return (("page", clean_address(page.url, redactor)),)


def _summary(facts: Iterable[tuple[str, str]], tried: Iterable[str], missing: dict[str, str]) -> str:
    lines = [f"{name:<9} {text}" for name, text in facts if text]
    for number, alternative in enumerate(tried, start=1):
        lines.append(f"{'tried' if number == 1 else '':<9} {number:>2}. {alternative}")
    lines += [f"{'missing':<9} {name}: {why}" for name, why in missing.items()]
    return _text(lines)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
