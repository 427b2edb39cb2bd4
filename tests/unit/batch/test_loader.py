"""Reading a batch file: what is right comes out as a Batch, what is wrong is said with its place."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grokbatch.batch.loader import BatchError, Problem, load_batch
from grokbatch.batch.model.batch import KEYS
from grokbatch.batch.model.expectations import Expectations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch

    Load = Callable[..., Batch]

POST = "https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863"
GOOD = f"permalink: {POST}\nprompt: a red kite\n"
ALL_KEYS = ", ".join(KEYS)
WHOLE = "must be a whole number from 1 to 100"
SECONDS = "must be a number of seconds, more than 0 and up to 86400"
WEIGHTS = "weights from 1 to 100, such as {main: 2, second: 1}"
ACCOUNTS = f"must be different names of accounts, such as [main, second], or {WEIGHTS}"
ONE_OF_THEM = "must be the name of an account, or of one with its weight from 1 to 100"
ACCOUNT = "must be the name of an account: a-z, 0-9, then also - and _, such as main"
SITE = "must be demo, or the address of a site without a path, such as http://127.0.0.1:8000"
PERMALINK = "must be https://grok.com/imagine/post/<uuid>"
PROMPT = "must be the text to make the videos from"
NO_YAML = "cannot be read as YAML"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a batch from a text or from bytes; it is shown as batches/x.yaml."""

    def load(content: str | bytes, **options: object) -> Batch:
        path = tmp_path / "x.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_batch(path, display_path="batches/x.yaml", **options)  # type: ignore[arg-type]

    return load


def faults_of(load: Load, content: str | bytes, **options: object) -> list[str]:
    with pytest.raises(BatchError) as caught:
        load(content, **options)
    return str(caught.value).splitlines()


def test_a_file_with_the_two_needed_keys_gets_the_documented_defaults(load: Load) -> None:
    batch = load(GOOD)
    assert batch.model_dump(exclude={"path"}) == {
        "account": "default",
        "accounts": None,
        "permalink": POST,
        "permalinks": None,
        "prompt": "a red kite",
        "prompts": None,
        "prompts_file": None,
        "axes": {},
        "exclude": [],
        "sample": None,
        "seed": 0,
        "prefix": "",
        "suffix": "",
        "extends": None,
        "max_videos": 1000,
        "count": 1,
        "parallel": 10,
        "site": None,
        "headed": "auto",
        "timeout": 60,
        "max_wait": 300,
        "attempts": 3,
        "worker_start_delay": 0,
        "keep_awake": True,
        "hosts": None,
        "keepers": None,
        "keep_profiles": False,
        "duration": None,
        "resolution": None,
        "aspect": None,
        "preset": None,
        "on_degraded": "keep",
        "on_video": None,
        "on_finish": None,
        "notify": None,
        "stop_after_failures": 5,
        "until_done": False,
        "limit_retry": 1800.0,
        "gate": True,
        "locators": None,
        "download": True,
        "filename": "{batch}-{index:03d}",
        "output": None,
        "show_prompts": None,
        "sidecar_prompt": False,
        "upscale": False,
        "delete": False,
        "expect": Expectations().model_dump(),
        "source_image": None,
        "demo": {},
    }


def test_every_key_can_be_set_in_the_file(load: Load) -> None:
    said = {
        "account": "my-2nd_account",
        "count": 100,
        "parallel": "auto",
        "site": "http://127.0.0.1:8000",
        "headed": True,
        "timeout": 0.5,
        "max_wait": 90,
        "attempts": 10,
        "worker_start_delay": 1.25,
        "keep_profiles": True,
    }
    lines = "".join(f"{key}: {str(value).lower()}\n" for key, value in said.items())
    assert load(GOOD + lines).model_dump(include=set(said)) == said


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("a red kite", "a red kite"),
        ('"no"', "no"),
        ("!!str no", "no"),
        ("'1:30'", "1:30"),
        ("12e3", "12e3"),
        ("a logo#1", "a logo#1"),
        ('"a # b" # a remark', "a # b"),
        ("|\n  first line\n  second: line\n\n", "first line\nsecond: line"),
        ("> # a remark\n  one\n  line\n", "one line"),
        ('"\\ttab and \\u00fc and 🪁 "', "tab and ü and 🪁"),
    ],
)
def test_a_prompt_arrives_as_it_stands_without_space_around_it(load: Load, prompt: str, text: str) -> None:
    assert load(f"permalink: {POST}\nprompt: {prompt}\n").prompt == text


@pytest.mark.parametrize("headed", ["yes", "on", "True"])
def test_yaml_spellings_of_true_are_taken(load: Load, headed: str) -> None:
    assert load(GOOD + f"headed: {headed}").headed is True


def test_a_demo_scenario_is_taken_with_all_that_is_in_it(load: Load) -> None:
    said = "era: C, quota: 8, upsell: no, outcomes: {2: {kind: moderated, at: 33}}, generation: [1, 2.5]"
    assert load(f"{GOOD}demo: {{{said}}}").demo == {
        "era": "C",
        "quota": 8,
        "upsell": False,
        "outcomes": {"2": {"kind": "moderated", "at": 33}},
        "generation": [1, 2.5],
    }


def test_faults_inside_of_expect_are_told_one_by_one(load: Load) -> None:
    said = "expect: {audoi: yes, min_resolution: 700p, not_frozen: 300}\n"
    assert faults_of(load, GOOD + said) == [
        "batches/x.yaml:3:10: expect.audoi: unknown key, did you mean audio?",
        'batches/x.yaml:3:38: expect.min_resolution: must be 480p, 720p or 1080p, not "700p"',
        "batches/x.yaml:3:56: expect.not_frozen: must be true, false or grey levels up to 255, not 300",
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(load: Load) -> None:
    assert load(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()).prompt == "a red kite"


FAULTS = {
    # the file as a whole
    "": ["1: is empty: a batch needs at least permalink and prompt"],
    "# a remark\n": ["1: is empty: a batch needs at least permalink and prompt"],
    "\n- a\n": ["2: must be lines of `key: value`, such as `count: 12`, not a list or a text"],
    "words": ["1: must be lines of `key: value`, such as `count: 12`, not a list or a text"],
    "count: 2": [
        f"1: permalink: is missing, {PERMALINK}",
        f"1: prompt: is missing, {PROMPT}",
    ],
    "{}": [f"1: permalink: is missing, {PERMALINK}", f"1: prompt: is missing, {PROMPT}"],
    # keys
    GOOD + "cuont: 3": ["3:1: cuont: unknown key, did you mean count?"],
    GOOD + "Count: 3": ["3:1: Count: unknown key, did you mean count?"],
    GOOD + "zebra: 3": [f"3:1: zebra: unknown key, allowed are {ALL_KEYS}"],
    GOOD + "path: /": [f"3:1: path: unknown key, allowed are {ALL_KEYS}"],
    GOOD + "a red fox: 3": [f"3:1: unknown key, allowed are {ALL_KEYS}"],
    GOOD + "? [a]\n: 3": [f"3:3: unknown key, allowed are {ALL_KEYS}"],
    GOOD + "<<: {count: 3}": [
        "3:1: YAML's << is not understood here: write the keys out, or share them with `extends`"
    ],
    GOOD + "count: 3\n\ncount: 4": ["5:1: count: is in this file twice, first in line 3"],
    f"permalink: {POST}\npromt: x": ["2:1: promt: unknown key, did you mean prompt?"],
    # numbers
    GOOD + "count: 0": [f"3:8: count: {WHOLE}, not 0"],
    GOOD + "count: 101": [f"3:8: count: {WHOLE}, not 101"],
    GOOD + "count: 1.0": [f"3:8: count: {WHOLE}, not 1.0"],
    GOOD + "count: 010": [f"3:8: count: {WHOLE}, not 010"],
    GOOD + "count: 0x10": [f"3:8: count: {WHOLE}, not 0x10"],
    GOOD + "count: 1:30": [f"3:8: count: {WHOLE}, not 1:30"],
    GOOD + "count: '12'": [f'3:8: count: {WHOLE}, not "12"'],
    GOOD + "count: yes": [f"3:8: count: {WHOLE}, not yes"],
    GOOD + "count:": [f"3:7: count: {WHOLE}, but is empty"],
    GOOD + "count: [1]": [f"3:8: count: {WHOLE}, not a list"],
    GOOD + "count: {a: 1}": [f"3:8: count: {WHOLE}, not a mapping"],
    GOOD + "count: !!int x": [f"3:8: count: {WHOLE}, not x"],
    GOOD + "count: !python/name:os.system 1": [f"3:8: count: {WHOLE}, not a tagged value"],
    GOOD + f"count: {'9' * 5000}": [f"3:8: count: {WHOLE}, not {'9' * 160}…"],
    GOOD + "parallel: -1": [f"3:11: parallel: {WHOLE}, or auto, not -1"],
    GOOD + "parallel: many": [f'3:11: parallel: {WHOLE}, or auto, not "many"'],
    GOOD + "parallel: true": [f"3:11: parallel: {WHOLE}, or auto, not true"],
    GOOD + "attempts: 11": ["3:11: attempts: must be a whole number from 1 to 10, not 11"],
    GOOD + "timeout: 0": [f"3:10: timeout: {SECONDS}, not 0"],
    GOOD + "timeout: 1:30": [f"3:10: timeout: {SECONDS}, not 1:30"],
    GOOD + "timeout: 60s": [f'3:10: timeout: {SECONDS}, not "60s"'],
    GOOD + "max_wait: .inf": [f"3:11: max_wait: {SECONDS}, not .inf"],
    GOOD + "max_wait: .nan": [f"3:11: max_wait: {SECONDS}, not .nan"],
    GOOD + "worker_start_delay: -1": ["3:21: worker_start_delay: must be a number of seconds from 0 to 86400, not -1"],
    GOOD + "timeout: 400": ["3:10: timeout: must not be longer than max_wait (300 seconds), not 400"],
    GOOD + "max_wait: 30": ["3:11: max_wait: must not be shorter than timeout (60 seconds), not 30"],
    GOOD + "timeout: 40.5\nmax_wait: 30": ["4:11: max_wait: must not be shorter than timeout (40.5 seconds), not 30"],
    # choices
    GOOD + "headed: maybe": ['3:9: headed: must be true, false or auto, not "maybe"'],
    GOOD + "headed: 1": ["3:9: headed: must be true, false or auto, not 1"],
    GOOD + "keep_profiles: 'true'": ['3:16: keep_profiles: must be true or false, not "true"'],
    # names and addresses
    GOOD + "account: main\naccounts: [second]": [
        "4:11: accounts: cannot be used together with account: a batch has one of account, accounts"
    ],
    GOOD + "accounts: main": [f'3:11: accounts: {ACCOUNTS}, not "main"'],
    GOOD + "accounts: [main, main]": [f"3:11: accounts: {ACCOUNTS}, not a list"],
    GOOD + "accounts: [main, Second]": [f'3:18: accounts[2]: {ONE_OF_THEM}, not "Second"'],
    GOOD + "accounts: {main: 2, second: 0}": [f"3:29: accounts.second: {ONE_OF_THEM}, not 0"],
    GOOD + "accounts: []": [f"3:11: accounts: {ACCOUNTS}, but is empty"],
    GOOD + "account: My Account": [f'3:10: account: {ACCOUNT}, not "My Account"'],
    GOOD + "account: ../main": [f'3:10: account: {ACCOUNT}, not "../main"'],
    GOOD + 'account: "main\\n"': [f'3:10: account: {ACCOUNT}, not "main?"'],
    GOOD + "account: 123": [f"3:10: account: {ACCOUNT}, but YAML takes it for a number: put it in quotes"],
    GOOD + "site: grok": [f'3:7: site: {SITE}, not "grok"'],
    GOOD + "site:": [f"3:6: site: {SITE}, but is empty"],
    GOOD + "site: http://ann:secret@host": [f'3:7: site: {SITE}, not "http://…@host"'],
    "prompt: x\npermalink: elsewhere": [f'2:12: permalink: {PERMALINK}, not "elsewhere"'],
    "prompt: x\npermalink: [a]": [f"2:12: permalink: {PERMALINK}, not a list"],
    # what YAML would make of a prompt
    f"permalink: {POST}\nprompt: no": [f"2:9: prompt: {PROMPT}, but YAML takes it for true or false: put it in quotes"],
    f"permalink: {POST}\nprompt: 1:30": [f"2:9: prompt: {PROMPT}, but YAML takes it for a number: put it in quotes"],
    f"permalink: {POST}\nprompt: 2026-02-30": [
        f"2:9: prompt: {PROMPT}, but YAML takes it for a date: put it in quotes"
    ],
    f"permalink: {POST}\nprompt: !wow kite": [f"2:9: prompt: {PROMPT}, but YAML takes it for a tag: put it in quotes"],
    f"permalink: {POST}\nprompt:": [f"2:8: prompt: {PROMPT}, but is empty"],
    f"permalink: {POST}\nprompt: '  '": [f"2:9: prompt: {PROMPT}, but is empty"],
    f"permalink: {POST}\nprompt: [kite]": [
        f"2:9: prompt: {PROMPT}, but YAML takes it for a list, because of the [: put it in quotes"
    ],
    f'permalink: {POST}\nprompt: "kite\\0"': [f"2:9: prompt: {PROMPT}, but holds control characters"],
    f'permalink: {POST}\nprompt: "kite\\uD800"': [f"2:9: prompt: {PROMPT}, but holds control characters"],
    f"permalink: {POST}\nprompt: kite #1 flies": ["2:9: prompt: YAML drops everything from the # on: put it in quotes"],
    f"permalink: {POST}\nprompt: &red kite": ["2:9: prompt: YAML drops its first word: put it in quotes"],
    f"permalink: {POST}\nprompt: ! kite": ["2:9: prompt: YAML drops its first word: put it in quotes"],
    # broken YAML
    "prompt: kite: red": [
        f"1:13: {NO_YAML}: a value that holds `: ` must stand in quotes, and all keys start in the same column"
    ],
    GOOD + " count: 1": [
        f"3:7: {NO_YAML}: a value that holds `: ` must stand in quotes, and all keys start in the same column"
    ],
    GOOD + "\tcount: 1": [f"3:1: {NO_YAML}: lines are indented with spaces, not with tabs"],
    "prompt: *kite": [f"1:9: {NO_YAML}: a value that starts with * must stand in quotes"],
    "prompt: @kite": [f"1:9: {NO_YAML}: a value that starts with @ must stand in quotes"],
    'prompt: "kite\ncount: 1': [f"1:9: {NO_YAML}: what is opened here is never closed"],
    "prompt: [kite\n": [f"1:9: {NO_YAML}: what is opened here is never closed"],
    "prompt: x\ncount 1\nparallel: 2": [f"2:1: {NO_YAML}: this line is not `key: value`"],
    "prompt: {slow|fast} kite": [f"1:21: {NO_YAML}: a value that starts with {{ must stand in quotes"],
    GOOD + "---\n" + GOOD: [f"3:1: {NO_YAML}: a second document starts here, and a batch file holds one"],
    'x: y\nprompt: "\\U99999999"': ["2: holds an escape or a number that does not exist"],
    "x: y\nprompt: kite\x07": ["2: holds a character that YAML forbids: delete it and type it again"],
    "a: " + "[" * 2000: ["1: is nested too deeply"],
    # several at once, in the order of the lines
    "count: 0\nprompt: no\ncuont: 1\nheaded: 7\n": [
        f"1: permalink: is missing, {PERMALINK}",
        f"1:8: count: {WHOLE}, not 0",
        f"2:9: prompt: {PROMPT}, but YAML takes it for true or false: put it in quotes",
        "3:1: cuont: unknown key, did you mean count?",
        "4:9: headed: must be true, false or auto, not 7",
    ],
}


@pytest.mark.parametrize("content", FAULTS, ids=lambda content: repr(content[-30:]))
def test_each_fault_names_its_line_its_column_its_key_and_what_is_allowed(load: Load, content: str) -> None:
    assert faults_of(load, content) == [f"batches/x.yaml:{problem}" for problem in FAULTS[content]]


def test_a_file_in_another_encoding_is_told_with_the_line(load: Load) -> None:
    told = faults_of(load, GOOD.encode() + b"account: m\xfcller")
    assert told == ["batches/x.yaml:3: is not UTF-8 text: save the file with the encoding UTF-8"]


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"^a\.yaml:1: cannot be read: No such file or directory$"):
        load_batch(tmp_path / "a.yaml", display_path="a.yaml")
    with pytest.raises(BatchError, match=r"^a\.yaml:1: cannot be read: "):
        load_batch(tmp_path, display_path="a.yaml")


def test_a_file_below_the_current_folder_is_shown_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BatchError, match=r"^a\.yaml:1: cannot be read"):
        load_batch(tmp_path / "a.yaml")


@pytest.mark.parametrize("name", ["...yaml", "a.demo.yaml"])
def test_a_name_that_would_mislead_the_run_directory_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(GOOD)
    with pytest.raises(BatchError, match=r"must not start with a dot nor end with \.demo$"):
        load_batch(tmp_path / name)


def test_the_command_line_goes_before_the_file_and_the_last_word_counts(load: Load) -> None:
    batch = load(GOOD + "count: 5\nsite: demo\n", overrides=["count=6", "count=7"], site="http://localhost:81/")
    assert (batch.count, batch.site) == (7, "http://localhost:81")


def test_an_override_can_mend_what_the_file_gets_wrong(load: Load) -> None:
    assert load(f"prompt: x\ncount: 0\npermalink: {POST}", overrides=["count=2"]).count == 2


@pytest.mark.parametrize(
    ("override", "value"),
    [("account=main", "main"), ('account="007"', "007"), ("account = main", "main")],
)
def test_the_value_of_an_override_is_read_as_in_the_file(load: Load, override: str, value: str) -> None:
    assert load(GOOD, overrides=[override]).account == value


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("count=0", f"--set count=0: {WHOLE}, not 0"),
        ("count=", f"--set count=: {WHOLE}, but is empty"),
        ("count=[", f'--set count=[: {WHOLE}, not "["'),
        ("count=a: b: c", f'--set count=a: b: c: {WHOLE}, not "a: b: c"'),
        ("max_wait=10", "--set max_wait=10: must not be shorter than timeout (60 seconds), not 10"),
        ("site=http://ann:secret@host", f'--set site=http://…@host: {SITE}, not "http://…@host"'),
        ("cuont=1", "--set cuont=…: unknown key, did you mean count?"),
        ("a red fox=1", f"--set …: unknown key, allowed are {ALL_KEYS}"),
        ("count", "--set: must be KEY=VALUE, such as count=12"),
    ],
)
def test_a_wrong_override_is_told_as_it_was_typed(load: Load, override: str, problem: str) -> None:
    assert faults_of(load, GOOD, overrides=[override]) == [problem]


@pytest.mark.parametrize("override", ["prompt=a red fox", "promt=a red fox", "a red fox"])
def test_a_prompt_on_the_command_line_is_refused_and_not_repeated(load: Load, override: str) -> None:
    told = faults_of(load, GOOD, overrides=[override])
    assert len(told) == 1
    assert "fox" not in told[0]


def test_the_refusal_of_a_prompt_on_the_command_line_says_why_and_what_to_do(load: Load) -> None:
    told = faults_of(load, GOOD, overrides=["prompt=fox"])
    reason = "others could read it in the process list and the shell's history: write it in batches/x.yaml"
    assert told == [f"--set prompt=…: {reason}"]


def test_a_wrong_site_on_the_command_line_is_told(load: Load) -> None:
    assert faults_of(load, GOOD, site="prod") == [f'--site prod: {SITE}, not "prod"']


def test_faults_of_the_file_come_before_those_of_the_command_line(load: Load) -> None:
    told = faults_of(load, GOOD + "count: 0", overrides=["parallel=0"])
    assert told == [f"batches/x.yaml:3:8: count: {WHOLE}, not 0", f"--set parallel=0: {WHOLE}, or auto, not 0"]


def test_the_error_survives_the_way_between_processes() -> None:
    error = BatchError((Problem("x.yaml", 1, "count", "is wrong"),))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 - our own bytes


SECRET = "zyxwv-secret"


@pytest.mark.parametrize(
    "broken",
    [
        "prompt: {0}\ncount: 0",
        'prompt: "{0}',
        "prompt: *{0}",
        "prompt: &{0} x",
        "prompt: !{0} x",
        "prompt: [{0}] x",
        "prompt: {0}: {0}",
        "prompt: [{0}]",
        'prompt: "{0}\\0"',
        "prompt: x #{0}",
        "prompt: x\n{0}",
        "prompt: x\nand {0}: y",
        "prompt: {0}\nprompt: {0}",
        "prompt: {0}\x07",
    ],
)
def test_no_error_repeats_a_prompt(load: Load, broken: str) -> None:
    with pytest.raises(BatchError) as caught:
        load(broken.replace("{0}", SECRET))
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


YAML_PIECES = [
    *(*KEYS, POST, ": ", "\n", "---", "...", "<<", "!!int", "!!binary", "0x_", "%YAML 1.", "\\U", "99999999"),
    *("1:30", ".inf", "yes", "~", "=", "\x85", "\ufeff", "é", *":-?[]{}#&*!|>'\"%@`,\t "),
]
YAMLISH = st.lists(st.sampled_from(YAML_PIECES)).map("".join)


def batch_or_error(load: Load, content: str | bytes, **options: object) -> Batch | BatchError:
    try:
        return load(content, **options)
    except BatchError as error:
        return error


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=YAMLISH | st.text() | st.binary() | YAMLISH.map(GOOD.__add__))
def test_no_content_fails_with_anything_but_our_own_error(load: Load, content: str | bytes) -> None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    came = batch_or_error(load, data)
    if isinstance(came, BatchError):
        assert 0 < len(str(came).splitlines()) == len(came.problems)
    else:
        assert all(recipe.text.strip() for recipe in came.recipes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(override=st.text() | st.tuples(st.sampled_from([*KEYS]), YAMLISH | st.text()).map("=".join), site=YAMLISH)
def test_no_override_fails_with_anything_but_our_own_error(load: Load, override: str, site: str) -> None:
    came = batch_or_error(load, GOOD, overrides=[override], site=site)
    if isinstance(came, BatchError):
        assert 0 < len(str(came).splitlines()) == len(came.problems)


@pytest.mark.parametrize(
    ("says", "override", "weights"),
    [
        ("accounts: [main, second]", None, {"main": 1, "second": 1}),
        ("accounts: {main: 2, second: 1}", None, {"main": 2, "second": 1}),
        ("account: main", None, {"main": 1}),
        ("", None, {"default": 1}),
        ("accounts: [main, second]", "account=third", {"third": 1}),
        ("account: main", "accounts=[second, third]", {"second": 1, "third": 1}),
        ("accounts: [main, second]", "accounts={main: 3, third: 1}", {"main": 3, "third": 1}),
    ],
)
def test_a_batch_may_have_several_accounts(
    load: Load, says: str, override: str | None, weights: dict[str, int]
) -> None:
    batch = load(f"{GOOD}{says}\n", overrides=[] if override is None else [override])
    assert batch.weights == weights
