"""Ctrl+C in two steps: after the first one, videos under way are finished; the second one aborts.

Workers do not receive the terminal's SIGINT: they leave its foreground process group, with all browsers that they
start.
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
    """Keep the terminal's SIGINT from this worker process and its browsers."""
    if sys.platform != "win32" and os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def blocked_for_children() -> Iterator[None]:
    """Block SIGINT for processes that are started in this block, until they leave the foreground.

    This process receives a SIGINT of that time at the end of the block.
    """
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

    `is_pressed`: the first SIGINT came before this block. Both functions are called in threads of their own, because
    they take locks that the interrupted code may hold.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # pytest runs inside another program, which handles signals itself
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
