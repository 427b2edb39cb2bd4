"""The worker's side of scheduling without look-ahead: a worker runs its item before it asks for the next one."""

from __future__ import annotations

from contextlib import nullcontext
from types import MethodType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from xdist.remote import WorkerInteractor

    from grokbatch.run.worker.video_items import VideoItem
    from grokbatch.run.worker.worker import Worker


def run_later(item: VideoItem, worker: Worker) -> None:
    """Have `item` run once more after all others."""
    item.is_later = True
    if hasattr(item.config, "workerinput"):
        worker.send({"later": item.nodeid})
    else:
        # pytest's loop over this list goes on to what is added while it runs.
        item.session.items.append(item)


def one_at_a_time(
    config: pytest.Config,
    worker: Worker,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
    is_cut_off: Callable[[], bool] = lambda: False,
) -> None:
    """Make this xdist worker run its item before it asks for the next one; raises UsageError for an unknown xdist.

    Each item is run within `around`; `is_cut_off` returns whether the controller cannot be reached any more.
    """
    interactor = _interactor(config)
    interactor.run_one_test = MethodType(_run_one_test(worker, around, is_cut_off), interactor)


class _Silent:
    """Stands in the place of a channel to a controller that must hear nothing more."""

    def send(self, _: object) -> None:
        """Send nothing."""


def report_no_more(config: pytest.Config) -> None:
    """Let this xdist worker tell the controller nothing more: that has given it up."""
    # execnet does not let a channel be closed by what runs over it.
    _interactor(config).channel = _Silent()


def _interactor(config: pytest.Config) -> Any:
    # xdist runs `xdist.remote` under another module name, so its class cannot be imported to compare with.
    found = [each for each in config.pluginmanager.get_plugins() if type(each).__name__ == "WorkerInteractor"]
    if len(found) != 1 or not hasattr(found[0], "run_one_test"):
        raise pytest.UsageError("this pytest-xdist is not known to grokbatch; install pytest-xdist>=3.8,<4")
    return found[0]


def _run_one_test(
    worker: Worker, around: Callable[[], AbstractContextManager[None]], is_cut_off: Callable[[], bool]
) -> Any:
    def run_one_test(self: WorkerInteractor) -> None:
        index = self.nextitem_index
        self.item_index = index
        item = self.session.items[index]
        try:
            with around():
                self.config.hook.pytest_runtest_protocol(item=item, nextitem=worker.idle(self.session))
            self.sendevent("runtest_protocol_complete", item_index=index, duration=0.0)
        except OSError:
            if not is_cut_off():
                raise
        if is_cut_off():
            # What came of the item is kept on this computer; pytest's loop ends.
            self.session.shouldstop = "the connection to the controller was lost"
            return
        self.nextitem_index = self.torun.get()

    return run_one_test
