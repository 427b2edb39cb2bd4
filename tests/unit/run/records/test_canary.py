"""One worker proves an account; the others wait for it, and one of them takes over when it fails."""

from __future__ import annotations

from pathlib import Path

from grokbatch.run.records.canary import Canary, FirstSubmit, Proof


def test_the_first_is_let_in_and_the_second_waits_until_the_account_is_proven(tmp_path: Path) -> None:
    first, second = Canary(tmp_path, "me"), Canary(tmp_path, "me")
    assert first.take() is Proof.MINE
    assert second.take() is Proof.OTHERS
    assert first.proven()
    assert second.take() is Proof.PROVEN
    assert not first.proven(), "the account is proven once"


def test_the_next_one_proves_it_when_the_first_fails(tmp_path: Path) -> None:
    first, second = Canary(tmp_path, "me"), Canary(tmp_path, "me")
    first.take()
    first.end()
    assert second.take() is Proof.MINE
    assert not list(tmp_path.glob("proven-*"))


def test_other_accounts_do_not_wait(tmp_path: Path) -> None:
    me, you = Canary(tmp_path, "me"), Canary(tmp_path, "you")
    assert me.take() is Proof.MINE
    assert you.take() is Proof.MINE


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
