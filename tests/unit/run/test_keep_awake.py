"""Where the computer cannot be kept from sleeping, one line says so; whatever is asked for ends with the block."""

from __future__ import annotations

import pytest

from grokbatch.run.controller.keep_awake import NOT_KEPT, kept_awake


def test_a_line_says_that_the_computer_may_sleep(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WAKEPY_FORCE_FAILURE", "1")
    caplog.set_level("INFO", "grokbatch")
    notices: list[str] = []
    with kept_awake(notices.append):
        assert notices == [NOT_KEPT]
    assert caplog.text.count("cannot be kept from sleeping; tried: ") == 1


def test_nothing_is_said_where_it_works(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("WAKEPY_FAKE_SUCCESS", "1")
    caplog.set_level("INFO", "grokbatch")
    notices: list[str] = []
    with kept_awake(notices.append):
        pass
    assert notices == []
    assert "is kept from sleeping, through " in caplog.text


def test_an_error_of_the_run_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAKEPY_FAKE_SUCCESS", "1")
    with pytest.raises(ValueError, match="of the run"), kept_awake(lambda _: None):
        raise ValueError("of the run")
