"""Scheduling without look-ahead: a worker gets its next item only when it is free.

Every scheduler of pytest-xdist keeps two items per worker, because the worker fetches the next index before it runs
the current item. A video that takes a minute would block the one queued behind it while other workers are idle.
`one_at_a_time` in the worker and `OneEach` in the controller need each other: either alone would deadlock.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xdist.workermanage import WorkerController


class OneEach:
    """Gives each idle node exactly one item; implements `xdist.scheduler.protocol.Scheduling`.

    Items for which `is_first` is true run before all others. `page_of` returns the page on which an item is made: a
    node stays with its page as long as there are items for it, then takes the page with the most items left for each
    node. If `is_put_off` is true of an item when its node is free, the item runs once more, after all others.
    `was_freed` is called with a node's id when it has done an item. Items for which `is_held` is true wait: no
    node gets them before that changes, and `drop` gives them up. A node for which nothing is left is shut down: its
    page would go on playing videos.
    """

    def __init__(
        self,
        config: pytest.Config,
        is_first: Callable[[str], bool],
        page_of: Callable[[str], str] = lambda _: "",
        is_put_off: Callable[[str], bool] = lambda _: False,
        was_freed: Callable[[str], None] = lambda _: None,
        is_held: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.config = config
        self._is_first = is_first
        self._page_of = page_of
        self._is_put_off = is_put_off
        self._was_freed = was_freed
        self._is_held = is_held
        self.expected = len(config.getvalue("tx"))
        self.collection: list[str] | None = None
        self._waiting: list[int] = []
        self._again: list[int] = []
        self._later: list[int] = []
        self._pages: list[str] = []
        self._page: dict[WorkerController, str] = {}
        self._running: dict[WorkerController, int | None] = {}
        self._collected: set[WorkerController] = set()

    @property
    def nodes(self) -> list[WorkerController]:
        """The nodes of the run."""
        return list(self._running)

    @property
    def collection_is_completed(self) -> bool:
        """Whether a node has sent its collection: there is no need to wait for the other nodes."""
        return self.collection is not None

    @property
    def has_waiting(self) -> bool:
        """Whether any item waits for a node."""
        return any(self._may_run(index) for index in (*self._again, *self._waiting, *self._later))

    @property
    def has_pending(self) -> bool:
        """Whether any item is waiting or running."""
        return self._is_any_running or bool(self._waiting or self._again or self._later)

    @property
    def has_only_held(self) -> bool:
        """Whether nothing runs and nothing can run, because all that is left is held."""
        return self.collection is not None and self.has_pending and not (self._is_any_running or self.has_waiting)

    @property
    def _is_any_running(self) -> bool:
        return any(index is not None for index in self._running.values())

    def drop(self) -> None:
        """Give up what waits for a node: the run ends."""
        self._again, self._waiting, self._later = [], [], []

    @property
    def tests_finished(self) -> bool:
        """Whether all nodes may be shut down."""
        return self.collection is not None and not self.has_pending

    def add_node(self, node: WorkerController) -> None:
        """Add a node; it gets no item before it has sent its collection."""
        self._running[node] = None

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Record what `node` collected.

        Raises UsageError if it is not what the first node collected: an index would mean another item.
        """
        if self.collection is None:
            self.collection = list(collection)
            self._pages = [self._page_of(item) for item in collection]
            # What runs first does so whatever its page; both lists keep the order of the collection.
            self._again = [at for at, item in enumerate(collection) if self._is_first(item)]
            first = set(self._again)
            self._waiting = [at for at in range(len(collection)) if at not in first]
        elif self.collection != list(collection):
            raise pytest.UsageError(f"worker {node.gateway.id} collected other items than the first worker")
        self._collected.add(node)

    def schedule(self) -> None:
        """Give an item to every node that has none."""
        for node in self._collected:
            self._feed(node)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:  # noqa: ARG002
        """Record that `node` is free, and give it the next item."""
        if self._is_put_off((self.collection or [])[item_index]):
            if self._may_run(item_index):
                self._later.append(item_index)
            else:
                insort(self._waiting, item_index)  # no other video went first, so it keeps its place
        self._running[node] = None
        self._was_freed(node.gateway.id)
        self._feed(node)

    def mark_test_pending(self, item: str) -> None:
        """Run `item` again, before all that wait."""
        self._again.insert(0, (self.collection or []).index(item))
        self.schedule()

    def remove_pending_tests_from_node(self, node: WorkerController, indices: Sequence[int]) -> None:
        """Raise NotImplementedError: xdist never asks for items back here, because no node has one waiting."""
        raise NotImplementedError

    def remove_node(self, node: WorkerController) -> str | None:
        """Remove a node; return the item that it was running, if any."""
        index = self._running.pop(node)
        self._collected.discard(node)
        self._page.pop(node, None)
        return None if index is None or self.collection is None else self.collection[index]

    def _feed(self, node: WorkerController) -> None:
        if self._running[node] is not None or node.shutting_down:
            return
        index = self._next(node)
        if index is None:
            # What is put off later goes to the node that puts it off.
            node.shutdown()
            return
        self._running[node] = index
        self._page[node] = self._pages[index]
        node.send_runtest_some([index])

    def _next(self, node: WorkerController) -> int | None:
        if (index := next(filter(self._may_run, self._again), None)) is not None:
            self._again.remove(index)
            return index
        if waiting := [index for index in self._waiting if self._may_run(index)]:
            page = self._page_for(node, waiting)
            index = next(index for index in waiting if self._pages[index] == page)
            self._waiting.remove(index)
            return index
        if (index := next(filter(self._may_run, self._later), None)) is not None:
            self._later.remove(index)
        return index

    def _may_run(self, index: int) -> bool:
        return not self._is_held((self.collection or [])[index])

    def _page_for(self, node: WorkerController, waiting: Sequence[int]) -> str:
        """Return the node's own page if an item is left for it, else the page with the most items for each node."""
        left = Counter(self._pages[index] for index in waiting)
        if self._page.get(node) in left:
            return self._page[node]
        nodes = Counter(self._page.values())
        return max(left, key=lambda page: left[page] / (nodes[page] + 1))
