"""One worker proves an account; the others wait for it, and one of them takes over when it fails."""

from __future__ import annotations

import threading
from pathlib import Path

from grokbatch.run.worker.canary import Canary, FirstSubmit


def never() -> bool:
    return False


def test_the_first_is_let_in_and_the_second_waits_until_the_account_is_proven(tmp_path: Path) -> None:
    second_in = threading.Event()

    def second() -> None:
        with Canary(tmp_path, "me").turn(never):
            second_in.set()

    with Canary(tmp_path, "me").turn(never) as turn:
        assert turn
        thread = threading.Thread(target=second)
        thread.start()
        assert not second_in.wait(0.6)
        turn.proven()
        assert second_in.wait(5)
    thread.join()


def test_the_next_one_proves_it_when_the_first_fails(tmp_path: Path) -> None:
    with Canary(tmp_path, "me").turn(never):
        pass
    with Canary(tmp_path, "me").turn(never) as turn:
        assert turn
    assert not list(tmp_path.glob("proven-*"))


def test_other_accounts_do_not_wait(tmp_path: Path) -> None:
    with Canary(tmp_path, "me").turn(never), Canary(tmp_path, "you").turn(never) as turn:
        assert turn


def test_who_waits_hears_of_a_stop(tmp_path: Path) -> None:
    stopped = threading.Event()
    with Canary(tmp_path, "me").turn(never):
        threading.Timer(0.2, stopped.set).start()
        with Canary(tmp_path, "me").turn(stopped.is_set) as turn:
            assert turn is None


def test_submits_follow_one_another_until_the_site_has_taken_one(tmp_path: Path) -> None:
    first, second = FirstSubmit(tmp_path, "me"), FirstSubmit(tmp_path, "me")
    assert first.may_go()
    assert not second.may_go()
    first.taken()
    assert second.may_go()
    assert FirstSubmit(tmp_path, "me").may_go()


def test_the_next_one_submits_when_the_first_ended_without_being_taken(tmp_path: Path) -> None:
    first, second, third = (FirstSubmit(tmp_path, "me") for _ in range(3))
    assert first.may_go()
    first.end()
    assert second.may_go()
    assert not third.may_go()


def test_after_a_refusal_submits_follow_one_another_again(tmp_path: Path) -> None:
    first, second, third = (FirstSubmit(tmp_path, "me") for _ in range(3))
    first.may_go()
    first.taken()
    second.doubtful()
    assert not third.may_go()
    second.end()
    assert third.may_go()
    assert not first.may_go()
