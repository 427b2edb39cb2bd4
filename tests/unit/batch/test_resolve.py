"""Where prompts come from, how a mistake in any of these places is told, and what several files share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import BatchError, load_batch
from tests.unit.batch.batch_files import POST, POSTS, loaded, problems, texts, written

if TYPE_CHECKING:
    from pathlib import Path

HEAD = f"permalink: {POST}\n"
PROMPT = "must be the text to make the videos from"
TAKES = "but YAML takes it for"
QUOTES = "put it in quotes"
KEYS_AND_VALUES = f"{TAKES} keys and values, because of the"
LIST = "must be a list of prompts, each a text or keys such as {prompt: …, count: 3, name: pan}"
LINK = "must be https://grok.com/imagine/post/<uuid>"
NO_YAML = "cannot be read as YAML"
VALUE = "must be a value of the axis, or a list of them"
COMBINATION = "must be a combination of axes, such as {camera: slow}"
NEVER_CLOSED = "a { without its }: for a literal brace, write \\{"
UNDERSCORE = "for a literal _, write \\_"
BRACES = "for literal braces, write \\{ and \\}"
NAME = "must be a short name of letters, digits, - and _, such as pan"
BLOCK = "after > or | the text starts in the next line; a value that starts with one must stand in quotes"
NO_MERGE = "YAML's << is not understood here: write the keys out, or share them with `extends`"
AXES = "prompt: '{camera} x'\naxes: {camera: [slow, fast]}\n"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("prompts: [a, 'b']\n", ["a", "b"]),
        ("prompts:\n  - a\n  - prompt: b\n    count: 2\n", ["a", "b", "b"]),
        ("prompts:\n  - 'no'\n  - '1:30'\n  - \"a # b\"\n  - 'Wide: a fox'\n", ["no", "1:30", "a # b", "Wide: a fox"]),
        ("prompt: &p 'a'\nsuffix: *p\n", ["a a"]),
        ("prompts:\n  - &p 'a'\n  - *p\n", ["a", "a"]),
        ("prompt: '{no} {b}'\naxes: {no: ['no'], b: ['1:30']}\n", ["no 1:30"]),
        ('prompt: "{a}"\naxes:\n  a:\n    - \'#1\'\n    - "\\u00fc"\n', ["#1", "ü"]),
    ],
)
def test_what_is_written_reaches_the_site(tmp_path: Path, text: str, made: list[str]) -> None:
    """Table: the file and the prompts of its videos."""
    assert texts(tmp_path, HEAD + text) == made


FAULTS = {
    # YAML's surprises in a list of prompts
    "prompts: [no]": [f"2:11: prompts[1]: {PROMPT}, {TAKES} true or false: {QUOTES}"],
    "prompts: [1:30]": [f"2:11: prompts[1]: {PROMPT}, {TAKES} a number: {QUOTES}"],
    "prompts: [010]": [f"2:11: prompts[1]: {PROMPT}, {TAKES} a number: {QUOTES}"],
    "prompts: [2026-01-01]": [f"2:11: prompts[1]: {PROMPT}, {TAKES} a date: {QUOTES}"],
    "prompts:\n  - ~": [f"3:5: prompts[1]: {PROMPT}, but is empty"],
    "prompts:\n  - a\n  - !y z": [f"4:5: prompts[2]: {PROMPT}, {TAKES} a tag: {QUOTES}"],
    "prompts:\n  - a # b": [f"3:5: prompts[1]: YAML drops everything from the # on: {QUOTES}"],
    "prompts:\n  - &a b": [f"3:5: prompts[1]: YAML drops its first word: {QUOTES}"],
    "prompts:\n  - prompt: ! z": [f"3:13: prompts[1].prompt: YAML drops its first word: {QUOTES}"],
    "prompts:\n  - [a, b]": [f"3:5: prompts[1]: {PROMPT}, {TAKES} a list, because of the [: {QUOTES}"],
    "prompts:\n  - {slow|fast}": [f"3:5: prompts[1]: {PROMPT}, {KEYS_AND_VALUES} {{: {QUOTES}"],
    "prompts:\n  - Wide shot: a fox": [f"3:5: prompts[1]: {PROMPT}, {KEYS_AND_VALUES} `: `: {QUOTES}"],
    "prompt: {camera}": [f"2:9: prompt: {PROMPT}, {KEYS_AND_VALUES} {{: {QUOTES}"],
    "prompt:\n  - a\n  - b": [f"3:3: prompt: {PROMPT}, not a list: several prompts stand below `prompts:`"],
    'prompt: "a \\_ b"': ["2:9: prompt: YAML takes \\_ between double quotes for a space: use single quotes"],
    # and where it reads nothing at all
    'prompt: "a \\{ b"': [
        f"2:13: {NO_YAML}: between double quotes YAML does not know what follows the backslash: use single quotes"
    ],
    'prompt: "Hello" she said': [
        f"2:17: {NO_YAML}: words follow the closing quote: put the whole value in quotes of the other kind"
    ],
    "prompt: 'it's'": [
        f"2:13: {NO_YAML}: words follow the closing quote: put the whole value in quotes of the other kind"
    ],
    "prompt: |slow": [f"2:10: {NO_YAML}: {BLOCK}"],
    "prompt: - x": [f"2:9: {NO_YAML}: a value that starts with - must stand in quotes"],
    "prompts:\n  - {a|b} pan": [f"3:11: {NO_YAML}: a value that starts with {{ must stand in quotes"],
    "prompts:\n  - [wide] pan": [f"3:12: {NO_YAML}: a value that starts with [ must stand in quotes"],
    # the list itself
    "prompts: a red fox": [f"2:10: prompts: {LIST}, but is a text"],
    "prompts: []": [f"2:10: prompts: {LIST}, but is empty"],
    "prompts:": [f"2:9: prompts: {LIST}, but is empty"],
    "prompts:\n  a: b": [f"3:3: prompts: {LIST}, not a mapping"],
    # one of its entries
    "prompts:\n  - prompt: a\n    cuont: 2": ["4:5: prompts[1].cuont: unknown key, did you mean count?"],
    "prompts:\n  - count: 2": [f"3:5: prompts[1].prompt: is missing, {PROMPT}"],
    "prompts:\n  - {prompt: a, count: 101}": ["3:24: prompts[1].count: must be a whole number from 1 to 100, not 101"],
    "prompts:\n  - {prompt: a, duration: 8}": ["3:27: prompts[1].duration: must be 6, 10, 15 or max, not 8"],
    "prompts:\n  - {prompt: a, name: 12}": [f"3:23: prompts[1].name: {NAME}, {TAKES} a number: {QUOTES}"],
    "prompts:\n  - {prompt: a, permalink: x}": [f'3:28: prompts[1].permalink: {LINK}, not "x"'],
    "prompts:\n  - {prompt: a, expect: {audoi: yes, audio: 7}}": [
        "3:26: prompts[1].expect.audoi: unknown key, did you mean audio?",
        "3:45: prompts[1].expect.audio: must be true or false, not 7",
    ],
    # repeated and merged keys
    "prompts:\n  - {prompt: a, prompt: b}": ["3:17: prompts[1].prompt: is here twice, first in line 3"],
    "prompt: a\ndemo:\n  era: C\n  outcomes: {2: {at: 1, at: 2}}": [
        "5:25: demo.outcomes.at: is here twice, first in line 5"
    ],
    "prompts:\n  - <<: {count: 2}\n    prompt: b": [f"3:5: prompts[1]: {NO_MERGE}"],
    # around the prompt
    "prompt: a\nprefix: no": [f"3:9: prefix: must be a text, {TAKES} true or false: {QUOTES}"],
    "prompt: a\nsuffix: x # y": [f"3:9: suffix: YAML drops everything from the # on: {QUOTES}"],
    # axes
    "prompt: a\naxes: {a: [no, 1:30, [x], ~, '', 010]}": [
        f"3:12: axes.a[1]: must be a text, {TAKES} true or false: {QUOTES}",
        f"3:16: axes.a[2]: must be a text, {TAKES} a number: {QUOTES}",
        f"3:22: axes.a[3]: must be a text, {TAKES} a list, because of the [: {QUOTES}",
        "3:27: axes.a[4]: must be a text, but is empty",
        "3:30: axes.a[5]: must be a text, but is empty",
        f"3:34: axes.a[6]: must be a text, {TAKES} a number: {QUOTES}",
    ],
    "prompt: '{a}'\naxes: {a: x}": ["3:11: axes.a: must be a list of texts, such as [slow, fast], but is a text"],
    "prompt: '{a}'\naxes: {a: []}": ["3:11: axes.a: must be a list of texts, such as [slow, fast], but is empty"],
    "prompt: '{a}'\naxes: [a]": [
        "3:7: axes: must be names with lists of texts, such as {camera: [slow, fast]}, not a list"
    ],
    "prompt: '{a}'\naxes:\n  a: [x, 'y', x]\n  b c: [z]\n  d: [q]": [
        "4:15: axes: is in this list twice, first in line 4",
        "5:3: axes: the name of an axis is made of letters, digits, - and _, such as camera",
        "6:3: axes.d: no prompt uses this axis: write {d} where it belongs, or remove it",
    ],
    "prompt: '{camrea} x'\naxes: {camera: [slow, fast]}": [
        "2:10: prompt: these braces name an unknown axis: did you mean {camera}?"
    ],
    "prompt: 'a {zebra} x'\naxes: {camera: [slow, fast]}": [
        f"2:12: prompt: these braces name an unknown axis: known are camera; {BRACES}"
    ],
    # exclude
    AXES + "exclude: [{camera: slwo}, {camrea: slow}]": [
        "4:20: exclude: names a value that the axis camera does not have",
        "4:28: exclude: names an unknown axis, did you mean camera?",
    ],
    AXES + "exclude: [{camera: [slow, no]}, {camera: 5}, x, {}]": [
        f"4:27: exclude[1].camera[2]: {VALUE}, {TAKES} true or false: {QUOTES}",
        f"4:42: exclude[2].camera: {VALUE}, {TAKES} a number: {QUOTES}",
        f"4:46: exclude[3]: {COMBINATION}, but is a text",
        f"4:49: exclude[4]: {COMBINATION}, but is empty",
    ],
    AXES + "exclude: [{camera: [slow, fast]}]": [
        "2:9: prompt: has no combination left: exclude leaves out all of them"
    ],
    "prompts: ['{a}', '{b}']\naxes: {a: [x, y], b: [z]}\nexclude: [{a: x, b: z}]": [
        "4:11: exclude: never applies: no prompt uses a and b together"
    ],
    # draws
    "prompt: a\nseed: 3": ["3:7: seed: has no effect without sample"],
    # syntax, at its very place where the text stands in one line
    "prompt: 'it''s {b'": [f"2:16: prompt: {NEVER_CLOSED}"],
    'prompt: "\\ttab \\u00fc {b"': [f"2:23: prompt: {NEVER_CLOSED}"],
    "prompt:   plain {b": [f"2:17: prompt: {NEVER_CLOSED}"],
    "prompts:\n  - a\n  - prompt: a {b": [f"4:15: prompts[2].prompt: {NEVER_CLOSED}"],
    "prompt: >\n  some text and\n  a {b": [f"2:9: prompt: {NEVER_CLOSED} (character 17 of the text)"],
    "prompt: 'a {b'\nprefix: '{x'\nsuffix: y|z}": [
        f"2:12: prompt: {NEVER_CLOSED}",
        f"3:10: prefix: {NEVER_CLOSED}",
        "4:12: suffix: a } without its {: for a literal brace, write \\}",
    ],
    "prompt: '{|}'": ["2:9: prompt: is empty if all its options are empty"],
    # more than one source
    "prompt: a\nprompts: [b]": [
        "3:10: prompts: cannot be used together with prompt: a batch has one of prompt, prompts, prompts_file"
    ],
    "prompt: a\npermalinks: [x]": [
        "3:13: permalinks: cannot be used together with permalink: a batch has one of permalink, permalinks",
        f'3:14: permalinks[1]: {LINK}, not "x"',
    ],
    "prompts_file: list.xls": ["2:15: prompts_file: list.xls cannot be read: No such file or directory"],
    # aliases
    "prompt: a\ndemo: &x [*x]": ["3:7: contains itself: an alias (*) is within its own anchor (&)"],
    "prompt: a\ndemo: " + "[" * 50 + "]" * 50: ["3:47: is nested too deeply"],
    # all at once: keys, prompts, axes, syntax
    "prompts: [no, 'a {', '{c}']\ncount: 0\naxes: {a: [x]}\nexclude: [{b: x}]\nsuffix: '__w__'": [
        f"2:11: prompts[1]: {PROMPT}, {TAKES} true or false: {QUOTES}",
        f"2:18: prompts[2]: {NEVER_CLOSED}",
        f"2:23: prompts[3]: these braces name an unknown axis: known are a; {BRACES}",
        "3:8: count: must be a whole number from 1 to 100, not 0",
        "5:12: exclude: names an unknown axis, known are a",
        f"6:10: suffix: names an unknown word list (none is in wordlists/ beside the batch); {UNDERSCORE}",
    ],
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: repr(text[:40]))
def test_each_fault_names_its_place_and_what_to_write_instead(tmp_path: Path, text: str) -> None:
    """Table: the file below its permalink, and all that is told."""
    told = problems(tmp_path, f"{HEAD}{text}\n")
    assert [problem.removeprefix("x.yaml:").removeprefix("./") for problem in told] == FAULTS[text]


def test_a_list_that_is_repeated_without_end_is_refused_at_once(tmp_path: Path) -> None:
    """Ten of ten of ten…: YAML's way to fill the memory."""
    inner = ["x", *(f"*l{level}" for level in range(30))]
    levels = [f"  l{level}: &l{level} [{', '.join([each] * 10)}]\n" for level, each in enumerate(inner)]
    assert problems(tmp_path, f"{HEAD}prompt: a\ndemo:\n{''.join(levels)}") == [
        "x.yaml:1: is too large, because its aliases (*) repeat too much"
    ]


# Images


def test_prompts_with_images_of_their_own_need_none_of_the_batch(tmp_path: Path) -> None:
    """Those without one are told one by one."""
    own = f"prompts:\n  - {{prompt: b, permalink: '{POSTS[1]}'}}\n"
    assert [video.permalink for video in loaded(tmp_path, own).videos()] == [POSTS[1]]
    assert problems(tmp_path, own + "  - a\n") == [
        "x.yaml:3:5: prompts[2].permalink: is missing, and the batch has none"
    ]
    assert problems(tmp_path, "prompts: [a, b]\n") == [f"x.yaml:1: permalink: is missing, {LINK}"]


def test_a_repeated_image_is_told(tmp_path: Path) -> None:
    """Its videos would be made twice."""
    text = f"prompt: a\npermalinks:\n  - {POST}\n  - {POSTS[1]}\n  - {POST}\n"
    assert problems(tmp_path, text) == ["x.yaml:5:5: permalinks: is in this list twice, first in line 3"]


# Word lists


def test_a_word_list_has_one_a_line_without_remarks_blank_and_repeated_lines(tmp_path: Path) -> None:
    """Its lines are taken as they stand: no syntax is in them."""
    season = b"\xef\xbb\xbf# seasons\r\nspring\r\n\r\n  late {summer|fall}::2 \r\nspring\r\n#x"
    made = texts(tmp_path, {"prompt": "in __season__"}, wordlists__season_txt=season)
    assert made == ["in spring", "in late {summer|fall}::2"]


def test_word_lists_lie_beside_the_batch_or_beside_the_file_it_extends(tmp_path: Path) -> None:
    """The batch's own goes first."""
    files = {
        "shared__base_yaml": f"defaults:\n  permalink: {POST}\n  suffix: __one__ __two__\n",
        "shared__wordlists__one_txt": "far",
        "shared__wordlists__two_txt": "far",
        "wordlists__two_txt": "near",
    }
    assert texts(tmp_path, "extends: shared/base.yaml\nprompt: a\n", **files) == ["a far near"]


def test_what_is_wrong_with_word_lists_is_told_in_the_batch_or_in_the_list(tmp_path: Path) -> None:
    """A missing one with the nearest, a broken one once."""
    lists: dict[str, str | bytes] = {
        "wordlists__season_txt": "a\n",
        "wordlists__bad_txt": b"a\nb\xff",
        "wordlists__control_txt": "a\n\nb\x1fc\n",
        "wordlists__empty_txt": "# x\n\n",
    }
    text = f"{HEAD}prompt: __seson__ __zzz__ __bad__ __empty__ __bad__ __control__\n"
    assert problems(tmp_path, text, **lists) == [
        "x.yaml:2:9: prompt: names an unknown word list: did you mean __season__?",
        f"x.yaml:2:19: prompt: names an unknown word list (known are bad, control, empty, season); {UNDERSCORE}",
        "wordlists/bad.txt:2: is not UTF-8 text: save the file with the encoding UTF-8",
        "wordlists/control.txt:3: holds control characters",
        "wordlists/empty.txt:1: holds no words: write one a line",
    ]


# extends


OF_ITS_OWN = "a file that batches extend has all its keys indented below `defaults:`"
BASE = f"defaults:\n  account: main\n  permalink: {POST}\n  count: 3\n  suffix: ', dusk'\n  expect: {{audio: true}}\n"


def test_a_batch_takes_over_what_it_does_not_say_itself(tmp_path: Path) -> None:
    """What it says goes before, and the command line before both."""
    path = written(tmp_path, "extends: base.yaml\nprompt: a\ncount: 2\n", base_yaml=BASE)
    batch = load_batch(path, overrides=["account=other"])
    assert (batch.account, batch.count, batch.expect.audio) == ("other", 2, True)
    assert [video.prompt for video in batch.videos()] == ["a, dusk", "a, dusk"]
    assert batch.place("x.yaml", "count") == f"{path}:3:8: count"
    assert batch.place("x.yaml", "suffix") == f"{tmp_path / 'base.yaml'}:5:11: suffix"
    assert batch.place("x.yaml", "account") == "x.yaml: account", "the command line has no lines"


@pytest.mark.parametrize(
    ("own", "base", "made"),
    [
        ("prompt: own", "prompts: [a, b]", ["own"]),
        ("prompts: [own]", "prompt: a", ["own"]),
        ("prompts: [own]", "prompts_file: list.csv", ["own"]),
        ("prompts_file: own.txt", "prompt: a", ["from own.txt"]),
        ("count: 1", "prompts: [a, b]", ["a", "b"]),
    ],
)
def test_a_batchs_own_prompts_replace_those_it_would_take_over(
    tmp_path: Path, own: str, base: str, made: list[str]
) -> None:
    """They do not stand beside each other."""
    text = f"extends: base.yaml\n{HEAD}{own}\n"
    assert texts(tmp_path, text, base_yaml=f"defaults:\n  {base}\n", own_txt="from own.txt\n") == made


def test_own_images_and_those_of_the_command_line_replace_inherited_ones(tmp_path: Path) -> None:
    """One way to say it counts."""
    base = f"defaults: {{permalinks: ['{POSTS[0]}', '{POSTS[1]}']}}\n"
    text = "extends: base.yaml\nprompt: a\n"
    assert len(loaded(tmp_path, text, base_yaml=base).videos()) == 2
    assert loaded(tmp_path, f"{text}{HEAD}", base_yaml=base).links == (POST,)
    path = written(tmp_path, text, base_yaml=base)
    assert load_batch(path, overrides=[f"permalink={POSTS[2]}"]).links == (POSTS[2],)


def test_paths_of_a_shared_file_are_seen_from_its_folder(tmp_path: Path) -> None:
    """Wherever the batch that takes them over lies."""
    base = (
        f"defaults:\n  permalink: {POST}\n  prompts_file: list.txt\n  output: out\n  locators: site.yaml\n"
        "  source_image: ../image.png\n"
    )
    batch = loaded(tmp_path, "extends: shared/base.yaml\n", shared__base_yaml=base, shared__list_txt="from shared\n")
    assert [video.prompt for video in batch.videos()] == ["from shared"]
    assert batch.output_folder(tmp_path / "runs") == tmp_path / "shared" / "out"
    assert batch.locator_file == tmp_path / "shared" / "site.yaml"
    assert batch.source_file == tmp_path / "shared" / ".." / "image.png"
    own = loaded(tmp_path, "extends: shared/base.yaml\nprompt: a\noutput: mine\n")
    assert own.output_folder(tmp_path / "runs") == tmp_path / "mine"


def test_axes_that_are_inherited_may_be_left_unused(tmp_path: Path) -> None:
    """Not every batch that shares them needs all."""
    base = f"defaults:\n  permalink: {POST}\n  axes: {{a: [x, y], b: [z]}}\n  exclude: [{{a: x, b: z}}]\n  seed: 1\n"
    assert texts(tmp_path, "extends: base.yaml\nprompt: '{a}'\n", base_yaml=base) == ["x", "y"]


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (f"{HEAD}prompt: b\n", [f"base.yaml:1: is a batch itself: {OF_ITS_OWN}"]),
        ("count: 2\ndefaults:\n", [f"base.yaml:2: {OF_ITS_OWN}"]),
        ("- a\n", ["base.yaml:1: must be lines of `key: value`, such as `count: 12`, not a list or a text"]),
        (
            "defaults:\n  cuont: 2\n  extends: x\n  permalink: y\n  count: 0\n  count: 1\ncount: 3\n",
            [
                "base.yaml:2:3: cuont: unknown key, did you mean count?",
                "base.yaml:3:12: extends: is not allowed in a file that batches extend",
                f'base.yaml:4:14: permalink: {LINK}, not "y"',
                "base.yaml:5:10: count: must be a whole number from 1 to 100, not 0",
                "base.yaml:6:3: count: is in this file twice, first in line 5",
                "base.yaml:7:1: count: has no effect beside `defaults:`: indent it below",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_shared_file_is_told_with_its_place_there(
    tmp_path: Path, base: str, told: list[str]
) -> None:
    """And not that something is missing, which may stand there."""
    assert problems(tmp_path, "extends: base.yaml\nprompt: a\n", base_yaml=base) == told


def test_a_missing_shared_file_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    """Where it is named."""
    told = "x.yaml:1:10: extends: bas.yaml cannot be read: No such file or directory, did you mean base.yaml?"
    assert problems(tmp_path, "extends: bas.yaml\nprompt: a\n", base_yaml=BASE) == [told]


def test_a_shared_file_is_no_batch(tmp_path: Path) -> None:
    """Whoever starts it is told what it is for."""
    told = "x.yaml:1:1: defaults: this file is no batch: batches use it with `extends: x.yaml`"
    assert problems(tmp_path, BASE) == [told]


def test_the_command_line_cannot_extend(tmp_path: Path) -> None:
    """The file was read by then."""
    with pytest.raises(BatchError) as caught:
        load_batch(written(tmp_path, {"prompt": "a"}), overrides=["extends=base.yaml"], display_path="x.yaml")
    told = "--set extends=…: cannot be set on the command line: write it in x.yaml"
    assert str(caught.value) == told


# Privacy


SECRET = "zyxwvsecret"


@pytest.mark.parametrize(
    "text",
    [
        "prompts: {0}",
        "prompts: [{0}, no]",
        "prompts:\n  - {0} fox: {0}\n",
        "prompts:\n  - {{0}|b} {0}\n",
        "prompts:\n  - {{0}|b}\n",
        "prompts:\n  - prompt: {0}\n    {0} fox: 3\n",
        "prompts:\n  - prompt: [{0}]\n",
        "prompt: '{{0}'",
        "prompt: '{{0}}'",
        "prompt: '{{0} x}'",
        "prompt: '__{0}__'",
        "prompt: '__{0}/{0}__'",
        "prompt: '{{0}::x|b}'",
        "prompt: '{9$${0}|b}'",
        "prompt: '{{0}|b}'\nmax_videos: 1",
        "prompt: x\nprefix: [{0}]",
        "prompt: x\nsuffix: '{{0}|'",
        "prompt: x\naxes: {0}",
        "prompt: x\naxes: {a: {0}}",
        "prompt: x\naxes: {a: [{0}, {0}]}",
        "prompt: x\naxes: {a: [{0}]}",
        "prompt: x\naxes: {a: ['{0}\\n', no]}",
        'prompt: x\naxes: {a: ["{0}\\0"]}',
        "prompt: '{a}'\naxes: {a: [x]}\nexclude: [{a: {0}}]",
        "prompt: '{a}'\naxes: {a: [x]}\nexclude: [{0}]",
        "prompt: x\nprompts: [{0}]",
        "prompt: '__w__ {'",
        "prompts_file: p.csv\nparallel: 0",
        "prompts_file: p.jsonl",
        "prompts_file: p.txt",
        "prompts_file: q.csv",
    ],
)
def test_no_fault_repeats_a_prompt_or_a_part_of_one(tmp_path: Path, text: str) -> None:
    """Not in texts, values of axes, word lists or tables."""
    files = {
        "wordlists__w_txt": f"{SECRET}\x1f\n",
        "p_csv": f"prompt,count\n{SECRET} {{,2\n{SECRET}\x01,2\n{SECRET},2,{SECRET}\n",
        "p_jsonl": '{"prompt": "@ {"}\n{"prompt": ["@"]}\n"@\n{"prompt": "@\\u0001"}\n'.replace("@", SECRET),
        "p_txt": f"{SECRET} }}\n__{SECRET}__\n",
        "q_csv": f"{SECRET},{SECRET} fox\n",
    }
    with pytest.raises(BatchError) as caught:
        loaded(tmp_path, f"{HEAD}{text.replace('{0}', SECRET)}\n", **files)
    assert SECRET not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("prompts: [a fox, a hare, 'a  fox ']\n", "prompt 3 asks for the same as prompt 1: videos of each are made"),
        (
            "prompts: ['{a|b}', b, a]\n",
            "prompt 2 asks for the same as prompt 1 (and 1 more with an earlier one): videos of each are made",
        ),
        ("prompts: [a fox, a hare]\n", None),
        ("prompts:\n  - a fox\n  - {prompt: a fox, duration: 10}\n", None),
        ("prompt: a fox\ncount: 3\n", None),
    ],
)
def test_prompts_that_ask_for_the_same_are_told(tmp_path: Path, text: str, note: str | None) -> None:
    """Perhaps one was copied and not changed, and each of its videos costs."""
    batch = load_batch(written(tmp_path, HEAD + text))
    assert [each.partition(": ")[2] for each in batch.notes] == ([note] if note else [])
