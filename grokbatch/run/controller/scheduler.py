"""Scheduling without look-ahead: a worker gets its next item only when it is free.

Every scheduler of pytest-xdist keeps two items per worker, because the worker fetches the next index before it runs
the current item. A video that takes a minute would block the one queued behind it while other workers are idle.
`one_at_a_time` in the worker and `OneEach` in the controller need each other: either alone would deadlock.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xdist.workermanage import WorkerController


class Page(NamedTuple):
    """The page on which a video is made: the account that is signed in there, and the address."""

    account: str = ""
    address: str = ""


class OneEach:
    """Gives each idle node exactly one item; implements `xdist.scheduler.protocol.Scheduling`.

    `page_of` returns the page on which an item is made, and the account that makes it. A node stays with its account as
    long as there are items for it, because another one needs another browser; then it takes the account with the most
    items left for each node. Only if an account has no node is another one's second node given to it. Within the
    account, a node does the same with the page. Of an account's items those for which `is_first` is true run before all
    others. If `is_put_off` is true of an item when its node is free, the item runs once more, after all others.
    `was_freed` is called with a node's id when it has done an item. Items for which `is_held` is true wait: no node
    gets them before that changes, and `drop` gives them up. `may_take` is asked with a node's id and an item: what no
    node may take is given up by `drop_what_none_takes`. A node for which nothing is left is shut down: its page would
    go on playing videos.
    """

    def __init__(
        self,
        config: pytest.Config,
        is_first: Callable[[str], bool],
        page_of: Callable[[str], Page] = lambda _: Page(),
        is_put_off: Callable[[str], bool] = lambda _: False,
        was_freed: Callable[[str], None] = lambda _: None,
        is_held: Callable[[str], bool] = lambda _: False,
        may_take: Callable[[str, str], bool] = lambda _, __: True,
    ) -> None:
        self.config = config
        self._is_first = is_first
        self._page_of = page_of
        self._is_put_off = is_put_off
        self._was_freed = was_freed
        self._is_held = is_held
        self._may_take = may_take
        self.expected = len(config.getvalue("tx"))
        self.collection: list[str] | None = None
        self._waiting: list[int] = []
        self._again: list[int] = []
        self._later: list[int] = []
        self._pages: list[Page] = []
        self._page: dict[WorkerController, Page] = {}
        self._running: dict[WorkerController, int | None] = {}
        self._collected: set[WorkerController] = set()
        self._done_with: set[WorkerController] = set()

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
        return any(map(self._may_run, self._left))

    def has_waiting_for(self, name: str) -> bool:
        """Whether any item waits for a node of this name."""
        return any(self._may_run(index) and self._may_take(name, self._item(index)) for index in self._left)

    @property
    def has_pending(self) -> bool:
        """Whether any item is waiting or running."""
        return self._is_any_running or bool(self._left)

    @property
    def has_only_held(self) -> bool:
        """Whether nothing runs and nothing can run, because all that is left is held."""
        return self.collection is not None and self.has_pending and not (self._is_any_running or self.has_waiting)

    @property
    def _is_any_running(self) -> bool:
        return any(index is not None for index in self._running.values())

    @property
    def _left(self) -> list[int]:
        """The items that no node has, in the order of the lists that they are in."""
        return [*self._again, *self._waiting, *self._later]

    def is_done_with(self, node: WorkerController) -> bool:
        """Whether `node` was shut down because nothing was left for it."""
        return node in self._done_with

    def drop(self) -> None:
        """Give up what waits for a node: the run ends."""
        self._again, self._waiting, self._later = [], [], []

    def drop_what_none_takes(self, names: Sequence[str]) -> None:
        """Give up the items that no node with one of these names may take."""
        for queue in (self._again, self._waiting, self._later):
            queue[:] = [at for at in queue if any(self._may_take(name, self._item(at)) for name in names)]

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
        if self._is_put_off(self._item(item_index)):
            if self._may_run(item_index):
                self._later.append(item_index)
            else:
                insort(self._waiting, item_index)  # no other video went first, so it keeps its place
        self._running[node] = None
        self._was_freed(node.gateway.id)
        self._feed(node)

    def mark_test_pending(self, item: str) -> None:
        """Run `item` again, before all that wait; not twice, if several plugins ask for it."""
        index = (self.collection or []).index(item)
        if index in (*self._left, *self._running.values()):
            return
        self._again.insert(0, index)
        self.schedule()

    def remove_pending_tests_from_node(self, node: WorkerController, indices: Sequence[int]) -> None:
        """Raise NotImplementedError: xdist never asks for items back here, because no node has one waiting."""
        raise NotImplementedError

    def running(self, node: WorkerController) -> str | None:
        """Return the item that a node is running, if any."""
        index = self._running.get(node)
        return None if index is None else self._item(index)

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
            self._done_with.add(node)
            node.shutdown()
            return
        self._running[node] = index
        self._page[node] = self._pages[index]
        node.send_runtest_some([index])

    def _next(self, node: WorkerController) -> int | None:
        again, waiting, later = (
            [index for index in queue if self._may_run(index) and self._may_take(node.gateway.id, self._item(index))]
            for queue in (self._again, self._waiting, self._later)
        )
        if (account := self._account_for(node, [*again, *waiting] or later)) is None:
            return None
        again, waiting, later = (
            [index for index in queue if self._pages[index].account == account] for queue in (again, waiting, later)
        )
        index = (again or self._on_page_for(node, waiting) or later)[0]
        for queue in (self._again, self._waiting, self._later):
            if index in queue:
                queue.remove(index)
        return index

    def _item(self, index: int) -> str:
        return (self.collection or [])[index]

    def _may_run(self, index: int) -> bool:
        return not self._is_held(self._item(index))

    def _account_for(self, node: WorkerController, indexes: Sequence[int]) -> str | None:
        """Return the node's own account if an item is left for it, else the one with the most items for each node.

        A node leaves its account all the same if others have it too, and another account, such as one that has waited,
        has no node at all.
        """
        left = Counter(self._pages[index].account for index in indexes)
        nodes = Counter(page.account for page in self._page.values())
        own = self._page[node].account if node in self._page else None
        without = Counter({account: number for account, number in left.items() if not nodes[account]})
        if without and own is not None and nodes[own] > 1:
            left = without
        return _chosen(left, nodes, own)

    def _on_page_for(self, node: WorkerController, indexes: Sequence[int]) -> list[int]:
        """Return the items on the node's own page if there are any, else those on the page with the most for each."""
        page = _chosen(
            Counter(self._pages[index] for index in indexes), Counter(self._page.values()), self._page.get(node)
        )
        return [index for index in indexes if self._pages[index] == page]


_Kind = TypeVar("_Kind", bound=Hashable)


def _chosen(left: Counter[_Kind], nodes: Counter[_Kind], own: _Kind | None) -> _Kind | None:
    """Return `own` if anything is left of it, else what there is most of for each of its nodes; None: nothing is."""
    if own in left:
        return own
    return max(left, key=lambda each: left[each] / (nodes[each] + 1), default=None)
