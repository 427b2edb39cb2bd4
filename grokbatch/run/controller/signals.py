"""Ctrl+C in two steps: the first press lets videos under way finish, the second one aborts.

Workers do not hear Ctrl+C at all: they are moved out of the terminal's foreground process group, with all
the browsers that they start.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


def leave_foreground() -> None:
    """Keep this worker process and its browsers from hearing the terminal's Ctrl+C."""
    if sys.platform != "win32" and os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def unheard_by_children() -> Iterator[None]:
    """Keep Ctrl+C from processes that are started meanwhile, until they leave the foreground; heard later."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def two_step_interrupt(drain: Callable[[], None], abort: Callable[[], None], *, is_pressed: bool) -> Iterator[None]:
    """Call `drain` at the first SIGINT; at the next one call `abort` and raise KeyboardInterrupt.

    `is_pressed` tells of a first one that came before. Both are called in threads of their own: they take locks which
    the interrupted code may hold itself.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # embedded in a program of somebody else's: signals are theirs
        return
    pressed = threading.Event()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        step = abort if pressed.is_set() else drain
        threading.Thread(target=step, name=f"grokbatch-{step.__name__}").start()
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    if is_pressed:
        on_interrupt(signal.SIGINT, None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
