"""Teaches the locators of a page: by clicks that are asked for one after the other, or by watching."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.record.model.outcome import Category
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.learn.candidates import is_entry, opens_menu
from grokbatch.site.learn.session import FINISH, Button, LessonOverError, Shown, Step
from grokbatch.site.outcome.failures import Failure, signed_out
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from grokbatch.site.learn.element import Described
    from grokbatch.site.learn.session import Event, Lesson
    from grokbatch.site.locators.table import Alternative, LocatorTable

_OPEN_SECONDS = 45.0
# So long a press may take to make the page ask for a video, before the person is asked what it was.
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


def open_lesson(lesson: Lesson, address: str, table: LocatorTable) -> Failure | None:
    """Open the image post at `address` in the lesson's window; returns what keeps it from being shown.

    Raises PageGoneError.
    """
    opened = open_page(lesson.page, address, _OPEN_SECONDS)
    if isinstance(opened, Failure) and opened.category is not Category.HUMAN_CHECK:
        return opened
    with suppress(Error):
        lesson.page.wait_for_load_state("domcontentloaded")
        lesson.language = str(lesson.page.evaluate("document.documentElement.lang"))[:20]
    shown = path_of(lesson.page.url)
    if table.has_path("login", shown):
        return signed_out()
    if not table.has_path("post", shown):
        return Failure(Category.LAYOUT_CHANGED, f"the site shows {shown or '/'} instead of the image post")
    return None


def learn_by_clicks(lesson: Lesson, *, video: bool) -> None:
    """Ask for one part of the page after the other; without `video` only for what is needed to ask for one."""
    try:
        _learn_prompt(lesson, _PROMPT if video else replace(_PROMPT, count="1 of 2"))
        _learn_submit(lesson, video=video)
        if video:
            _learn_progress(lesson)
            _learn_clicked(lesson, _PLAYER, "There is no video where you clicked.")
            _learn_clicked(lesson, _DOWNLOAD, "")
    except (LessonOverError, PageGoneError):
        return  # what was learned until then counts


def _learn_prompt(lesson: Lesson, step: Step) -> None:
    while True:
        event = lesson.next(step)
        if event is None or event.kind not in ("skip", "press"):
            continue
        if event.kind == "skip":
            return
        if event.it is None:
            step = replace(step, hint=_NO_BOX)
        elif event.it.editable:
            lesson.came_by(event.way)
            lesson.keep_box(lesson.proofs("prompt", event.it))
            return
        else:
            lesson.remember(event)
            went = lesson.repeat(event.at)
            step = replace(step, text=_after(event.it), hint="") if went else replace(step, hint=_MOVED)


def _after(it: Described) -> str:
    """Say what is to be clicked after a press that is to bring the box."""
    if not opens_menu(it):
        return _GO_ON
    return _BOX if is_entry(it) else _ENTRY


def _learn_submit(lesson: Lesson, *, video: bool) -> None:
    step = _SUBMIT if video else replace(_SUBMIT, text=_CLICK_ONLY, count="2 of 2", closed=True)
    lesson.follow()
    if video:
        lesson.let_send()
    pressed: Shown | None = None
    ask_at = float("inf")
    while not lesson.is_sent:  # once it is, a percentage that is noticed is for the next step
        asking = pressed is not None and lesson.clock() >= ask_at
        event = lesson.next(replace(step, text="Was that the button?", buttons=_ANSWERS) if asking else step)
        if event and event.kind == "yes":
            break
        if lesson.is_sent or event is None or event.kind not in ("skip", "press", "no"):
            continue
        if event.kind == "skip":
            return
        pressed, ask_at = None, float("inf")
        if event.kind == "no" or event.it is None:
            continue
        if not video and not opens_menu(event.it):
            lesson.keep_submit(_shown(lesson, event.it))
            return
        pressed, hint = _press_submit(lesson, event.it, event.at)
        step = replace(step, hint=hint)
        if pressed is not None:
            ask_at = lesson.clock() + _SENT_SECONDS
    _keep_submit(lesson, pressed)


def _press_submit(lesson: Lesson, it: Described, at: tuple[float, float]) -> tuple[Shown | None, str]:
    """Pass a press on to the page; returns what was pressed, or else what to tell the person."""
    if opens_menu(it):
        lesson.repeat(at)  # they may have to bring the composer once more
        return None, _MENU
    shown = _shown(lesson, it)
    # Of a page that moves on with the press it cannot be asked any more whether that went through.
    went = lesson.repeat(at) or lesson.is_sent
    return (shown, "") if went else (None, _MOVED)


def _shown(lesson: Lesson, it: Described) -> Shown:
    return Shown(it, lesson.proofs("submit", it))


def _keep_submit(lesson: Lesson, pressed: Shown | None) -> None:
    if pressed is None:
        lesson.tell("    submit: no button of the composer has sent it, so none was learned")
    else:
        lesson.keep_submit(pressed)


def _learn_progress(lesson: Lesson) -> None:
    step = _PROGRESS
    found: tuple[Alternative, ...] = ()
    while not (found and lesson.is_over):
        event = lesson.next(step)
        if lesson.is_over:
            step = replace(step, hint="The video is finished already: skip this, if no percentage is left.")
        if event is None or event.kind not in ("skip", "press", "percent"):
            continue
        if event.kind == "skip":
            return
        proofs = lesson.proofs("progress", event.it) if event.it is not None else ()
        if event.kind == "press" and proofs:
            lesson.keep("progress", proofs)
            return
        if event.kind == "press":
            step = replace(step, hint="There is no percentage where you clicked.")
        found = found or proofs
    lesson.keep("progress", found, noticed=True)


def _learn_clicked(lesson: Lesson, step: Step, otherwise: str) -> None:
    part = step.control
    while True:
        event = lesson.next(step)
        if event is None or event.kind not in ("skip", "press"):
            continue
        if event.kind == "press" and event.it is None:
            step = replace(step, hint=otherwise)
            continue
        if event.it is not None:
            lesson.keep(part, lesson.proofs(part, event.it))
        return


def learn_by_watching(lesson: Lesson) -> None:
    """Notice what a person uses who makes one video."""
    try:
        _Watching(lesson).run()
    except (LessonOverError, PageGoneError):
        return  # what was learned until then counts


class _Watching:
    """What was used so far, until the page's own requests tell what it was."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._typed: tuple[Alternative, ...] | None = None
        self._pressed: Shown | None = None

    def run(self) -> None:
        """Watch until the video was downloaded."""
        self._lesson.follow()
        self._lesson.let_send()
        self._until_sent()
        self._pressed = None
        self._until_finished()
        self._pressed = None
        while not self._lesson.downloads:
            self._look(_WATCH_LAST)
        if self._pressed:
            self._lesson.keep("download", self._pressed.proofs)

    def _until_sent(self) -> None:
        while not self._lesson.is_sent:
            self._look(_WATCH)
        if self._typed:
            self._lesson.keep_box(self._typed)
        _keep_submit(self._lesson, self._pressed)

    def _until_finished(self) -> None:
        lesson = self._lesson
        while "player" not in lesson.learned:
            self._look(_WATCH_ON)
            film = lesson.film() if lesson.is_over else None
            if film is not None and (proofs := lesson.proofs("player", film)):
                lesson.keep("player", proofs)

    def _look(self, step: Step) -> None:
        lesson = self._lesson
        event = lesson.next(step)
        if event is None or event.it is None:
            return
        if event.kind == "typed":
            lesson.came_by(event.way)
            self._typed = lesson.proofs("prompt", event.it)
        elif event.kind == "percent" and "progress" not in lesson.learned:
            lesson.keep("progress", lesson.proofs("progress", event.it))
        elif event.kind == "press":
            self._press(event, event.it)

    def _press(self, event: Event, it: Described) -> None:
        lesson = self._lesson
        if not lesson.is_sent:
            lesson.remember(event)
        shown = _shown(lesson, it)
        if lesson.repeat(event.at):
            self._pressed = shown
