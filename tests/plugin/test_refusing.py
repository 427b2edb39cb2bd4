"""Bad input is refused before anything starts, with the place and what to do."""

from __future__ import annotations

import errno
import sys

import pytest
import yaml

from tests.plugin.folder import PROMPT, BatchFolder, said


def test_all_faults_of_all_files_are_told_at_once(folder: BatchFolder) -> None:
    (folder.path / "bad.yaml").write_text("permalink: https://example.org/x\nprompt: hi\ncount: 0\ncuont: 3\n")
    result = folder.run("cats.yaml", "bad.yaml")
    assert result.ret == 4
    text = said(result)
    assert "bad.yaml:1:12: permalink: " in text
    assert "bad.yaml:3:8: count: " in text
    assert "bad.yaml:4:1: cuont: " in text
    assert not folder.submits()


def test_an_empty_file_among_batches_is_told_of(solo: BatchFolder) -> None:
    (solo.path / "empty.yaml").write_text("")
    result = solo.run("empty.yaml")
    assert result.ret == 4
    assert "empty.yaml:1: " in said(result)


def test_set_goes_before_the_file_and_is_checked_like_it(solo: BatchFolder) -> None:
    assert solo.run("cats.yaml", "--set", "count=2").ret == 0
    assert set(solo.submits()) == {"video-001", "video-002"}
    refused = solo.run("cats.yaml", "--set", "count=lots")
    assert refused.ret == 4
    assert "--set count=lots: " in said(refused)


def test_a_prompt_on_the_command_line_is_refused(solo: BatchFolder) -> None:
    result = solo.run("cats.yaml", "--set", f"prompt={PROMPT} in the rain")
    assert result.ret == 4
    assert not solo.submits()


def test_two_batches_of_one_name_are_refused(solo: BatchFolder) -> None:
    (solo.path / "more").mkdir()
    solo.batch().rename(solo.path / "more" / "cats.yaml")
    solo.batch()
    result = solo.run("cats.yaml", "more/cats.yaml")
    assert result.ret == 4
    assert "more/cats.yaml: cats.yaml has the same name" in said(result)


def test_a_corrupt_manifest_is_kept_and_nothing_starts(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    manifest = solo.run_directory() / "manifest.json"
    manifest.write_text(manifest.read_text()[:200])
    for _ in range(2):
        result = solo.run("cats.yaml")
        assert result.ret == 4
        assert "manifest cannot be read" in said(result)
        assert "--fresh" in said(result)
    assert manifest.stat().st_size == 200, "the manifest itself is left as it was found"
    assert len(list(manifest.parent.glob("manifest.unreadable-*.json"))) == 1
    assert set(solo.submits().values()) == {1}


def test_results_of_another_site_are_not_mixed(solo: BatchFolder) -> None:
    solo.batch(site="http://127.0.0.1:9")
    assert solo.run("cats.yaml").ret == 0
    result = solo.run("cats.yaml", "--site", "http://127.0.0.1:10")
    assert result.ret == 4
    assert "another site" in said(result)
    assert set(solo.submits().values()) == {1}


def test_fresh_and_lf_contradict_each_other(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    result = solo.run("--lf", "--fresh")
    assert result.ret == 4
    assert "--fresh and --lf" in said(result)


def test_a_faulty_demo_scenario_is_refused_with_its_place(solo: BatchFolder) -> None:
    file = solo.batch()
    file.write_text(file.read_text() + "demo: {language: xx, qouta: 3, outcomes: {0: {kind: moderated}}}\n")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    line = len(file.read_text().splitlines())
    for part in (
        "8: demo.language: Input should be 'en'",
        "22: demo.qouta: unknown key, did you mean quota?",
        "43: demo.outcomes.0: Input should be greater than or equal to 1",
    ):
        assert f"cats.yaml:{line}:{part}" in said(result)
    assert not solo.submits()


def test_faults_of_the_batchs_own_locators_are_told_before_anything_starts(solo: BatchFolder) -> None:
    (solo.path / "mine.yaml").write_text("controls:\n  sumbit: [packaged]\n  redo: [{rule: button}]\n")
    solo.batch(locators="mine.yaml")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "mine.yaml:2: controls.sumbit: unknown control sumbit, did you mean submit?" in said(result)
    assert "mine.yaml:3: controls.redo[1]: unknown key rule, did you mean role?" in said(result)
    assert not solo.submits()


def test_a_missing_file_of_locators_is_told_with_the_place_that_names_it(solo: BatchFolder) -> None:
    file = solo.batch(locators="gone.yaml")
    line = 1 + [*yaml.safe_load(file.read_text())].index("locators")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert f"cats.yaml:{line}:11: locators: there is no file {solo.path / 'gone.yaml'}" in said(result)


def test_the_users_own_locators_are_checked_too(solo: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (solo.path / "home").mkdir()
    monkeypatch.setenv("GROKBATCH_HOME", str(solo.path / "home"))
    (solo.path / "home" / "locators.yaml").write_text("controls: {submit: [{role: button, name: '('}]}\n")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "locators.yaml:1: controls.submit[1].name: not a regular expression" in said(result)


@pytest.mark.skipif(sys.platform == "win32", reason="there, files are locked in another way")
def test_a_folder_without_locks_is_named(solo: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network folders lock no files, and without locks a video could be paid twice."""
    import fcntl

    def refuse(_file: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert f"{solo.path / 'reports'}: files cannot be locked there (No locks available)" in said(result)
    assert "--runs-dir DIR" in said(result)
    assert not solo.submits()
