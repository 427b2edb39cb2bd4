"""Keeps the computer from sleeping while videos are made: asleep, it would lose sight of those that the site makes."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.controller.signals import blocked_for_children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_KEPT = (
    "the computer cannot be kept from sleeping here: change that in its settings for as long as the run lasts; "
    "keep_awake: false in the batch leaves this line out"
)


@contextmanager
def kept_awake(notice: Callable[[str], None]) -> Iterator[None]:
    """Keep the computer from sleeping by itself while the block lasts; the screen may go dark.

    Where that cannot be done, `notice` is called with a line that says so. run.log says how it is done, or what was
    tried. When this process is killed, the computer may sleep again.
    """
    # Imported here: most calls of pytest make no video.
    from wakepy import keep

    with ExitStack() as stack:
        # On macOS a process is started for this, which the terminal's Ctrl+C must not end before the run.
        with blocked_for_children():
            mode = stack.enter_context(keep.running(on_fail="pass"))
        if mode.active:
            LOGGER.info("the computer is kept from sleeping, through %s", mode.method.name if mode.method else "")
        else:
            tried = ", ".join(each.method.name for each in mode.result.list_methods())
            LOGGER.info("the computer cannot be kept from sleeping; tried: %s", tried)
            notice(NOT_KEPT)
        try:
            yield
        finally:
            _end(stack)


def _end(stack: ExitStack) -> None:
    try:
        stack.close()
    except RuntimeError as error:  # the desktop's session has ended, and with it what kept the computer awake
        LOGGER.info("what kept the computer from sleeping could not be ended: %s", type(error).__name__)
