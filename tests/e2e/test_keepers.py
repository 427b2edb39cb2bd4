"""Somebody looks through the videos while the run is going on: what is rejected is replaced in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.user import User


def test_picks_that_are_saved_in_mid_run_order_another_video(stubbed: User) -> None:
    stubbed.write_batch(site="demo", count=5, keepers=2)
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(2)
    picks = (
        f'version: 1\nbatch: "cats.demo"\nmanifest: "{stubbed.manifest("cats.demo").id}"\n'
        'saved_at: "2099-01-01T00:00:00Z"\npicks:\n  - {id: "video-001", rating: 1, keep: false}\n'
    )
    (stubbed.run_directory("cats.demo") / "picks.yaml").write_text(picks)
    stubbed.release()
    assert call.wait() == 0, call.said()
    assert "2 of 2 keepers, 3 made, 1 rejected" in call.said()
    assert len(stubbed.stub_submits()) == 3


def test_ctrl_c_ends_a_worker_that_waits_for_the_other_one(stubbed: User) -> None:
    stubbed.write_batch(site="demo", count=3, keepers=1)
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(1)
    call.press_ctrl_c()
    wait_until(lambda: "nothing new starts" in call.said(), "answer to Ctrl+C")
    stubbed.release()
    assert call.wait() == 2, call.said()
    assert len(stubbed.stub_submits()) == 1
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert len(stubbed.stub_submits()) == 1, "the keeper is there"
