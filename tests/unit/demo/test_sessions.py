"""How long a session cookie of the built-in site is honoured, told by a clock that the test moves."""

from __future__ import annotations

import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.users import user_name
from grokbatch.demo.state.sessions import Sessions


class Clock:
    """Monotonic seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_cookie_is_honoured_for_its_time_and_remembered_afterwards(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario(session_seconds=60)
    token = sessions.start("studio")
    clock.now += 59
    assert sessions.find(token, scenario)
    clock.now += 1
    assert sessions.find(token, scenario) is None
    assert sessions.ever(token)


def test_a_replaced_cookie_is_honoured_for_the_grace_and_the_new_one_goes_on(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario(rotation_grace=10)
    first = sessions.start()
    second = sessions.rotate(first)
    clock.now += 9
    assert sessions.find(first, scenario) is sessions.find(second, scenario)
    clock.now += 1
    assert sessions.find(first, scenario) is None
    assert sessions.find(second, scenario)


def test_a_second_visit_with_a_replaced_cookie_does_not_prolong_its_grace(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario(rotation_grace=10)
    first = sessions.start()
    sessions.rotate(first)
    clock.now += 9
    sessions.rotate(first)
    clock.now += 1
    assert sessions.find(first, scenario) is None


def test_ten_copies_of_a_profile_live_on_side_by_side_but_the_original_does_not(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario(rotation_grace=10)
    original = sessions.start("studio")
    copies = [original] * 10
    for _ in range(3):
        copies = [sessions.rotate(token) for token in copies]
        clock.now += 5
    clock.now += 3600
    assert {found.user for token in copies if (found := sessions.find(token, scenario))} == {"studio"}
    assert all(sessions.find(token, scenario) for token in copies)
    assert sessions.find(original, scenario) is None


def test_every_new_value_has_the_whole_life_before_it(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario(session_seconds=60)
    token = sessions.start()
    for _ in range(5):
        clock.now += 50
        assert sessions.find(token, scenario)
        token = sessions.rotate(token)


def test_signing_a_user_out_ends_the_whole_family_and_leaves_others_alone(clock: Clock) -> None:
    sessions, scenario = Sessions(clock), Scenario()
    studio, archive = sessions.start("studio"), sessions.start("archive")
    rotated = sessions.rotate(studio)
    sessions.expire("studio")
    assert [bool(sessions.find(token, scenario)) for token in (studio, rotated, archive)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("told", ["", "a b", "../up", "x" * 65, "new\nline", None, 7])
def test_a_name_that_no_user_can_have_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="user: must be"):
        user_name(told)
