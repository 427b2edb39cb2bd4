"""The computer is kept from sleeping for as long as videos are made: not longer, and not after a run was killed."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.controller.keep_awake import NOT_KEPT
from tests.e2e.desktop import GNOME, OTHERS, Desktop, desktop
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.user import User

pytestmark = pytest.mark.skipif(
    not shutil.which("dbus-run-session") or not importlib.util.find_spec("jeepney"),
    reason="a desktop's bus needs the package dbus, and Linux",
)


@pytest.fixture
def gnome(stubbed: User) -> Iterator[Desktop]:
    with desktop(GNOME, stubbed.scratch / "desktop.txt") as running:
        yield running


def at(user: User, desktop: Desktop) -> User:
    """Return the user, sitting at `desktop`."""
    return replace(user, variables={"DBUS_SESSION_BUS_ADDRESS": desktop.address})


def log(user: User) -> str:
    return (user.run_directory("cats.demo") / "run.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "workers"), [(GNOME, "-n2"), (OTHERS, "-n0")])
def test_the_computer_is_kept_awake_while_the_run_lasts(stubbed: User, name: str, workers: str) -> None:
    with desktop(name, stubbed.scratch / "desktop.txt") as running:
        user = at(stubbed, running)
        user.hold()
        call = user.start("cats.yaml", workers)
        user.wait_for_stub_submits(1)
        assert running.asked() == ["inhibit"]
        user.release()
        assert call.wait() == 0, call.said()
        assert running.asked() == ["inhibit", "uninhibit"]
        assert "the computer is kept from sleeping" in log(user)


def test_after_ctrl_c_it_may_sleep_once_what_is_under_way_is_finished(stubbed: User, gnome: Desktop) -> None:
    user = at(stubbed, gnome)
    user.hold()
    call = user.start("cats.yaml", "-n2")
    user.wait_for_stub_submits(2)
    call.press_ctrl_c()
    wait_until(lambda: "nothing new starts" in call.said(), "answer to Ctrl+C")
    assert gnome.asked() == ["inhibit"]
    user.release()
    assert call.wait() == 2, call.said()
    assert gnome.asked() == ["inhibit", "uninhibit"]


def test_after_a_killed_run_it_may_sleep(stubbed: User, gnome: Desktop) -> None:
    user = at(stubbed, gnome)
    user.hold()
    call = user.start("cats.yaml", "-n2")
    user.wait_for_stub_submits(2)
    call.kill()
    wait_until(lambda: gnome.asked() == ["inhibit", "gone"], "end of what kept it awake", 20)
    user.release()


def test_nothing_is_asked_of_the_desktop_where_nothing_is_made_or_the_batch_says_so(
    stubbed: User, gnome: Desktop
) -> None:
    user = at(stubbed, gnome)
    user.run("cats.yaml", "--collect-only")
    assert gnome.asked() == []
    user.write_batch(site="demo", keep_awake=False)
    code, said = user.run("cats.yaml", "-n0")
    assert (code, gnome.asked()) == (0, []), said
    user.write_batch(site="demo")
    user.run("cats.yaml", "-n0")
    assert gnome.asked() == [], "all is made already"


def test_a_machine_without_a_desktop_is_not_bothered_with_it(stubbed: User) -> None:
    user = replace(stubbed, variables={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={stubbed.scratch}/none"})
    code, said = user.run("cats.yaml", "-n0")
    assert code == 0, said
    assert log(user).count("the computer cannot be kept from sleeping; tried: org.") == 1
    assert NOT_KEPT not in said


def test_a_desktop_that_ends_in_mid_run_harms_nothing(stubbed: User) -> None:
    with desktop(GNOME, stubbed.scratch / "desktop.txt") as running:
        user = at(stubbed, running)
        user.hold()
        call = user.start("cats.yaml", "-n0")
        user.wait_for_stub_submits(1)
    user.release()
    assert call.wait() == 0, call.said()
    assert "Traceback" not in call.said()
