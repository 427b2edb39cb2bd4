"""Learns the locators of a page from a person: by asking for one click after the other, or by watching."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.record.model.outcome import Category
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.learn.candidates import is_entry, opens_menu
from grokbatch.site.learn.session import FINISH, Button, LearnSessionOverError, Shown, Step
from grokbatch.site.outcome.failures import Failure, signed_out
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from grokbatch.site.learn.element import Described
    from grokbatch.site.learn.session import Event, LearnSession
    from grokbatch.site.locators.table import Alternative, LocatorTable

_OPEN_SECONDS = 45.0
# Seconds for the page to request a video after a press, before the person is asked what the press was.
_SENT_SECONDS = 3.0

_ASKED = "If the box for the video's prompt is not there yet, click what brings it; otherwise click the box."
_ENTRY = "Now click the menu's entry for a prompt, and no other: some start a video at once."
_BOX = "Now click the box for the prompt."
_GO_ON = "Click on until the box is there, then click the box."
_PROMPT = Step("prompt", _ASKED, "1 of 5", holds="buttons")
_NO_BOX = "That is no box that takes text: click into the box itself, or what brings it."
_MOVED = "The page has moved meanwhile: click it again."
_MENU = "That is no button that makes a video: it opens a menu, or stands in one."
_SUBMIT = Step("submit", "Write a prompt, then click the button that makes the video.", "2 of 5")
_PROGRESS = Step("progress", "Click the percentage while it runs.", "3 of 5")
_PLAYER = Step("player", "Once the video is finished, click it.", "4 of 5")
_DOWNLOAD = Step("download", "Click the button that downloads the video.", "5 of 5")
_WATCH = Step("submit", "Make one video by hand, as always.", holds="buttons", buttons=(FINISH,))
_WATCH_ON = replace(_WATCH, text="The video is asked for. Wait until it is finished.")
_WATCH_LAST = replace(_WATCH, text="Now click the button that downloads the video, or Finish.")
_CLICK_ONLY = "Click the button that makes the video. It is not pressed: nothing is made."
_ANSWERS = (Button("Yes", "yes"), Button("No", "no"))


def open_session(learn_session: LearnSession, address: str, table: LocatorTable) -> Failure | None:
    """Open the image post at `address` in the session's window; return the failure if it is not shown.

    Raises PageGoneError.
    """
    opened = open_page(learn_session.page, address, _OPEN_SECONDS)
    if isinstance(opened, Failure) and opened.category is not Category.HUMAN_CHECK:
        return opened
    with suppress(Error):
        learn_session.page.wait_for_load_state("domcontentloaded")
        learn_session.language = str(learn_session.page.evaluate("document.documentElement.lang"))[:20]
    shown = path_of(learn_session.page.url)
    if table.has_path("login", shown):
        return signed_out()
    if not table.has_path("post", shown):
        return Failure(Category.LAYOUT_CHANGED, f"the site shows {shown or '/'} instead of the image post")
    return None


def learn_by_clicks(learn_session: LearnSession, *, video: bool) -> None:
    """Ask for one part of the page after the other; without `video`, only for the parts that a submit needs."""
    try:
        _learn_prompt(learn_session, _PROMPT if video else replace(_PROMPT, count="1 of 2"))
        _learn_submit(learn_session, video=video)
        if video:
            _learn_progress(learn_session)
            _learn_clicked(learn_session, _PLAYER, "There is no video where you clicked.")
            _learn_clicked(learn_session, _DOWNLOAD, "")
    except (LearnSessionOverError, PageGoneError):
        return  # what was learned before is kept


def _learn_prompt(learn_session: LearnSession, step: Step) -> None:
    while True:
        event = learn_session.next(step)
        if event is None or event.kind not in ("skip", "press"):
            continue
        if event.kind == "skip":
            return
        if event.it is None:
            step = replace(step, hint=_NO_BOX)
        elif event.it.editable:
            learn_session.came_by(event.way)
            learn_session.keep_box(learn_session.proofs("prompt", event.it))
            return
        else:
            learn_session.remember(event)
            went = learn_session.repeat(event.at)
            step = replace(step, text=_after(event.it), hint="") if went else replace(step, hint=_MOVED)


def _after(it: Described) -> str:
    """Return the request for the next click after a press on the way to the box."""
    if not opens_menu(it):
        return _GO_ON
    return _BOX if is_entry(it) else _ENTRY


def _learn_submit(learn_session: LearnSession, *, video: bool) -> None:
    step = _SUBMIT if video else replace(_SUBMIT, text=_CLICK_ONLY, count="2 of 2", closed=True)
    learn_session.follow()
    if video:
        learn_session.let_send()
    pressed: Shown | None = None
    ask_at = float("inf")
    while not learn_session.is_sent:  # after that, a percentage that is noticed belongs to the next step
        asking = pressed is not None and learn_session.clock() >= ask_at
        event = learn_session.next(replace(step, text="Was that the button?", buttons=_ANSWERS) if asking else step)
        if event and event.kind == "yes":
            break
        if learn_session.is_sent or event is None or event.kind not in ("skip", "press", "no"):
            continue
        if event.kind == "skip":
            return
        pressed, ask_at = None, float("inf")
        if event.kind == "no" or event.it is None:
            continue
        if not video and not opens_menu(event.it):
            learn_session.keep_submit(_shown(learn_session, event.it))
            return
        pressed, hint = _press_submit(learn_session, event.it, event.at)
        step = replace(step, hint=hint)
        if pressed is not None:
            ask_at = learn_session.clock() + _SENT_SECONDS
    _keep_submit(learn_session, pressed)


def _press_submit(learn_session: LearnSession, it: Described, at: tuple[float, float]) -> tuple[Shown | None, str]:
    """Repeat a press on the page; return what was pressed, or else a line for the person."""
    if opens_menu(it):
        learn_session.repeat(at)  # they may have to bring the composer once more
        return None, _MENU
    shown = _shown(learn_session, it)
    # A page that navigates with the press can no longer say whether the press reached it.
    went = learn_session.repeat(at) or learn_session.is_sent
    return (shown, "") if went else (None, _MOVED)


def _shown(learn_session: LearnSession, it: Described) -> Shown:
    return Shown(it, learn_session.proofs("submit", it))


def _keep_submit(learn_session: LearnSession, pressed: Shown | None) -> None:
    if pressed is None:
        learn_session.tell("    submit: no button of the composer has sent it, so none was learned")
    else:
        learn_session.keep_submit(pressed)


def _learn_progress(learn_session: LearnSession) -> None:
    step = _PROGRESS
    found: tuple[Alternative, ...] = ()
    while not (found and learn_session.is_over):
        event = learn_session.next(step)
        if learn_session.is_over:
            step = replace(step, hint="The video is finished already: skip this, if no percentage is left.")
        if event is None or event.kind not in ("skip", "press", "percent"):
            continue
        if event.kind == "skip":
            return
        proofs = learn_session.proofs("progress", event.it) if event.it is not None else ()
        if event.kind == "press" and proofs:
            learn_session.keep("progress", proofs)
            return
        if event.kind == "press":
            step = replace(step, hint="There is no percentage where you clicked.")
        found = found or proofs
    learn_session.keep("progress", found, noticed=True)


def _learn_clicked(learn_session: LearnSession, step: Step, otherwise: str) -> None:
    part = step.control
    while True:
        event = learn_session.next(step)
        if event is None or event.kind not in ("skip", "press"):
            continue
        if event.kind == "press" and event.it is None:
            step = replace(step, hint=otherwise)
            continue
        if event.it is not None:
            learn_session.keep(part, learn_session.proofs(part, event.it))
        return


def learn_by_watching(learn_session: LearnSession) -> None:
    """Watch a person make one video, and learn the controls that the person uses."""
    try:
        _Watching(learn_session).run()
    except (LearnSessionOverError, PageGoneError):
        return  # what was learned until then counts


class _Watching:
    """What the person used so far; the page's own requests show later which control it was."""

    def __init__(self, learn_session: LearnSession) -> None:
        self._learn_session = learn_session
        self._typed: tuple[Alternative, ...] | None = None
        self._pressed: Shown | None = None

    def run(self) -> None:
        """Watch until the video was downloaded."""
        self._learn_session.follow()
        self._learn_session.let_send()
        self._until_sent()
        self._pressed = None
        self._until_finished()
        self._pressed = None
        while not self._learn_session.downloads:
            self._look(_WATCH_LAST)
        if self._pressed:
            self._learn_session.keep("download", self._pressed.proofs)

    def _until_sent(self) -> None:
        while not self._learn_session.is_sent:
            self._look(_WATCH)
        if self._typed:
            self._learn_session.keep_box(self._typed)
        _keep_submit(self._learn_session, self._pressed)

    def _until_finished(self) -> None:
        learn_session = self._learn_session
        while "player" not in learn_session.learned:
            self._look(_WATCH_ON)
            video_file = learn_session.video_file() if learn_session.is_over else None
            if video_file is not None and (proofs := learn_session.proofs("player", video_file)):
                learn_session.keep("player", proofs)

    def _look(self, step: Step) -> None:
        learn_session = self._learn_session
        event = learn_session.next(step)
        if event is None or event.it is None:
            return
        if event.kind == "typed":
            learn_session.came_by(event.way)
            self._typed = learn_session.proofs("prompt", event.it)
        elif event.kind == "percent" and "progress" not in learn_session.learned:
            learn_session.keep("progress", learn_session.proofs("progress", event.it))
        elif event.kind == "press":
            self._press(event, event.it)

    def _press(self, event: Event, it: Described) -> None:
        learn_session = self._learn_session
        if not learn_session.is_sent:
            learn_session.remember(event)
        shown = _shown(learn_session, it)
        if learn_session.repeat(event.at):
            self._pressed = shown
