"""Which worker gets which video: one at a time, of the account that it has open, and none that it may not make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from grokbatch.run.controller.scheduler import OneEach, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xdist.workermanage import WorkerController


@dataclass(frozen=True)
class Gateway:
    """What the scheduler sees of a worker's connection."""

    id: str


@dataclass(eq=False)
class Node:
    """A worker that notes what it is given, in place of a process."""

    gateway: Gateway
    given: list[int] = field(default_factory=list)
    shutting_down: bool = False

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True


@dataclass
class Run:
    """A run of the items in `pages`, with nodes of these names, which work one item after the other."""

    config: pytest.Config
    pages: dict[str, Page]
    names: list[str]
    first: frozenset[str] = frozenset()
    held: set[str] = field(default_factory=set)
    may_take: Callable[[str, str], bool] = lambda _, __: True
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.items = [*self.pages]
        self.scheduler = OneEach(
            self.config,
            self.first.__contains__,
            self.pages.__getitem__,
            is_held=lambda item: self.pages[item].account in self.held,
            may_take=self.may_take,
        )
        self.nodes = [Node(Gateway(name)) for name in self.names]
        for node in self.nodes:
            self.scheduler.add_node(cast("WorkerController", node))
            self.scheduler.add_node_collection(cast("WorkerController", node), self.items)
        self.scheduler.schedule()

    def work(self, rounds: int | None = None) -> None:
        """Let all nodes do their items, in turn, until none has one, or each has done so many."""
        while rounds != 0 and (busy := [node for node in self.nodes if len(node.given) > self.done[node.gateway.id]]):
            rounds = None if rounds is None else rounds - 1
            for node in busy:
                self.done[node.gateway.id] += 1
                self.scheduler.mark_test_complete(cast("WorkerController", node), node.given[-1])

    def accounts_of(self, name: str) -> list[str]:
        """Return the accounts that a node had open, one after the other."""
        node = next(node for node in self.nodes if node.gateway.id == name)
        accounts = [self.pages[self.items[index]].account for index in node.given]
        return [account for at, account in enumerate(accounts) if at == 0 or accounts[at - 1] != account]


def shared(**accounts: int) -> dict[str, Page]:
    """Return so many items of each account, mixed as a batch mixes them, all from one image."""
    left, pages = Counter(accounts), dict[str, Page]()
    while left.total():
        for name in [name for name in accounts if left[name]]:
            left[name] -= 1
            pages[f"{name}-{accounts[name] - left[name]}"] = Page(name, "/post/1")
    return pages


@pytest.fixture
def config(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    # Of a run with two workers: the scheduler asks how many are expected.
    monkeypatch.setattr(pytestconfig.option, "tx", ["popen", "popen"], raising=False)
    return pytestconfig


def test_every_item_runs_once_and_nodes_without_work_are_shut_down(config: pytest.Config) -> None:
    run = Run(config, shared(main=5, second=4), ["gw0", "gw1"])
    run.work()
    assert sorted(index for node in run.nodes for index in node.given) == list(range(9))
    assert all(node.shutting_down for node in run.nodes)
    assert run.scheduler.tests_finished


def test_a_worker_keeps_the_account_that_it_has_open(config: pytest.Config) -> None:
    run = Run(config, shared(main=8, second=8), ["gw0", "gw1"])
    run.work()
    assert sorted(run.accounts_of(name) for name in run.names) == [["main"], ["second"]]


def test_workers_are_spread_over_the_accounts_as_the_videos_are(config: pytest.Config) -> None:
    run = Run(config, shared(main=20, second=10), ["gw0", "gw1", "gw2"])
    assert Counter(run.accounts_of(name)[0] for name in run.names) == {"main": 2, "second": 1}
    run.work()
    # Only the end is shared: whoever has nothing left of the own account helps with another one.
    assert max(len(run.accounts_of(name)) for name in run.names) <= 2


def test_what_runs_first_does_so_within_its_account(config: pytest.Config) -> None:
    pages = shared(main=3, second=3)
    run = Run(config, pages, ["gw0", "gw1"], first=frozenset({"main-3", "second-3"}))
    run.work()
    assert sorted(run.items[node.given[0]] for node in run.nodes) == ["main-3", "second-3"]
    assert sorted(run.accounts_of(name) for name in run.names) == [["main"], ["second"]]


def test_a_worker_goes_on_with_another_account_while_its_own_waits(config: pytest.Config) -> None:
    run = Run(config, shared(main=4, second=4), ["gw0"])
    run.held.add("main")
    run.work()
    assert run.accounts_of("gw0") == ["main", "second"]
    assert run.scheduler.has_only_held
    assert run.nodes[0].shutting_down


def test_an_account_that_has_waited_gets_a_worker_of_those_that_helped_out(config: pytest.Config) -> None:
    run = Run(config, shared(main=6, second=12), ["gw0", "gw1"])
    assert sorted(run.accounts_of(name) for name in run.names) == [["main"], ["second"]]
    run.held.add("main")
    run.work(rounds=2)
    assert {run.accounts_of(name)[-1] for name in run.names} == {"second"}
    run.held.clear()
    run.work(rounds=2)
    assert sorted(run.accounts_of(name)[-1] for name in run.names) == ["main", "second"]


def test_a_worker_gets_only_what_it_may_take(config: pytest.Config) -> None:
    run = Run(
        config,
        shared(main=4, second=4),
        ["gw0", "gw1"],
        may_take=lambda node, item: (node == "gw0") == ("main" in item),
    )
    run.work()
    assert [run.accounts_of(name) for name in run.names] == [["main"], ["second"]]
    assert run.scheduler.tests_finished


def test_what_no_worker_may_take_is_given_up_at_the_end(config: pytest.Config) -> None:
    run = Run(config, shared(main=3, second=3), ["gw0"], may_take=lambda _, item: "main" in item)
    run.work()
    assert run.accounts_of("gw0") == ["main"]
    assert run.nodes[0].shutting_down
    assert run.scheduler.is_done_with(cast("WorkerController", run.nodes[0]))
    assert not run.scheduler.tests_finished
    assert not run.scheduler.has_waiting_for("gw0")
    run.scheduler.drop_what_none_takes(["gw0"])
    assert run.scheduler.tests_finished


def test_what_another_worker_may_take_is_not_given_up(config: pytest.Config) -> None:
    run = Run(
        config, shared(main=3, second=3), ["gw0"], may_take=lambda node, item: (node == "gw0") == ("main" in item)
    )
    run.work()
    run.scheduler.drop_what_none_takes(["gw0", "gw1"])
    assert run.scheduler.has_waiting_for("gw1")
    assert not run.scheduler.has_waiting_for("gw0")


def test_what_runs_once_more_runs_once_more_only_whoever_asks_for_it(config: pytest.Config) -> None:
    """Another plugin may ask for the item of a dead worker, too: two workers would make the same video at once."""
    run = Run(config, dict.fromkeys("abc", Page("main", "x")), ["gw0", "gw1"])
    lost = run.scheduler.remove_node(cast("WorkerController", run.nodes.pop(0)))
    assert lost is not None
    run.scheduler.mark_test_pending(lost)
    run.scheduler.mark_test_pending(lost)
    run.work()
    assert sorted(run.items[index] for node in run.nodes for index in node.given) == ["a", "b", "c"]
    assert run.scheduler.tests_finished
