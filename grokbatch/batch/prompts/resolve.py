"""Collects the prompts of a batch from its keys and files, and turns them into recipes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grokbatch.batch.model.batch import KEYS, Batch, PromptEntry
from grokbatch.batch.model.errors import KeyPath, Problem, label_of
from grokbatch.batch.model.paths import LARGE, NotReadError, beside, read_whole
from grokbatch.batch.model.video import digest_of
from grokbatch.batch.prompts.combinations import Source, TooFewError, TooManyError, combine, recipes
from grokbatch.batch.prompts.parser import Joint, Part, PromptSyntaxError, parse
from grokbatch.batch.prompts.wordlists import Mentions, check_axes, check_use, vocabulary
from grokbatch.batch.source.prompt_tables import read_table
from grokbatch.batch.source.reader import ACCOUNTS, LINKS, WAYS
from grokbatch.batch.source.yaml_document import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grokbatch.batch.model.recipes import Recipe
    from grokbatch.batch.prompts.combinations import Chosen
    from grokbatch.batch.prompts.expansion import Vocabulary
    from grokbatch.batch.source.reader import Reading

LONGEST = 20_000
"""The most characters of a prompt: far more than any site accepts, and few enough to be typed into a page."""

_TEXTS = ("prompt", "prompts", "axes", "exclude", "prefix", "suffix")
_AFFIXES = ("prefix", "suffix")
_NOWHERE = Value("", "")


def check_sources(reading: Reading) -> None:
    """Check, before the values are validated, that one key gives prompts, and one gives images or the prompts do.

    The accounts are given by one key at most.
    """
    _check_one_of(reading, LINKS)
    _check_one_of(reading, WAYS)
    _check_not_both(reading, ACCOUNTS)
    for key in _TEXTS:
        if key in reading.said:
            _check_traps(reading, reading.said[key].value, (key,))


def _check_one_of(reading: Reading, keys: tuple[str, ...]) -> None:
    given = [key for key in keys if key in reading.said]
    # If the key was only misspelt, that has been reported already.
    if not given and not reading.misspelt & set(keys) and not (keys == LINKS and _may_have_its_own(reading)):
        reading.problems.append(Problem(reading.path, 1, keys[0], f"is missing, must be {KEYS[keys[0]]}"))
    _check_not_both(reading, keys)


def _check_not_both(reading: Reading, keys: tuple[str, ...]) -> None:
    given = [key for key in keys if key in reading.said]
    for key in given[1:]:
        reading.problem(key, f"cannot be used together with {given[0]}: a batch has one of {', '.join(keys)}")


def _may_have_its_own(reading: Reading) -> bool:
    """Whether prompts may have images of their own; those that have none are then reported one by one."""
    prompts = reading.said.get("prompts")
    return "prompts_file" in reading.said or (
        prompts is not None and any(each.entry("permalink") for each in prompts.value.items)
    )


def _check_traps(reading: Reading, value: Value, place: KeyPath) -> None:
    if value.trap and (place[0] != "prompts" or isinstance(place[-1], int) or place[-1] == "prompt"):
        said = reading.said[str(place[0])]
        reading.problems.append(Problem(said.path, value.line, label_of(place), value.trap, value.column))
    for at, each in enumerate(value.items):
        _check_traps(reading, each, (*place, at))
    for entry in value.entries:
        _check_traps(reading, entry.value, (*place, entry.key))


@dataclass(frozen=True)
class Piece:
    """A text with prompt syntax, and its position in a file."""

    text: str = field(repr=False)
    path: str
    key: str
    value: Value

    def problem(self, reason: str, at: int | None = None) -> Problem:
        """Return a problem of the text, or of its character with the index `at`."""
        column = self.value.column
        if at is not None:
            plain = str(self.value.plain)
            exact = self.value.column_of(at + len(plain) - len(plain.lstrip()))
            column, reason = exact or column, reason if exact else f"{reason} (character {at + 1} of the text)"
        return Problem(self.path, self.value.line, self.key, reason, column)


@dataclass(frozen=True)
class Prompt:
    """A prompt as it is in the batch file or in the table."""

    entry: PromptEntry
    piece: Piece


def resolve(batch: Batch, reading: Reading, kept: Sequence[int] | None = None) -> Batch | None:
    """Return the batch with its recipes, or None after adding problems to `reading`.

    `kept` are the indices of the valid prompts in the file's list, if other values are wrong; then the prompts are only
    checked, and None is returned.
    """
    prompts = _prompts(batch, reading, kept)
    around = {key: _affix(key, batch, reading) for key in _AFFIXES}
    mentions: Mentions = []
    parsed = {key: _parsed(piece, mentions, reading) for key, piece in around.items()}
    sources = [
        Source(number, prompt.entry, _joined(parsed["prefix"], parts, parsed["suffix"]))
        for number, prompt in enumerate(prompts, start=1)
        if (parts := _parsed(prompt.piece, mentions, reading)) is not None
    ]
    known = vocabulary(batch, mentions, reading)
    check_axes(batch, reading)
    if known and kept is None and len(sources) == len(prompts) and None not in parsed.values():
        check_use(batch, sources, reading)
    if reading.problems or known is None or kept is not None:
        return None
    chosen = _combined(batch, sources, known, reading)
    _check_results(batch, prompts, chosen, reading)
    if reading.problems:
        return None
    found = recipes(batch, chosen)
    _check_keepers(batch, sum(recipe.count for recipe in found), reading)
    return batch.model_copy(update={"recipes": found, "notes": tuple(_repeated(found, reading.path))})


def _repeated(found: Sequence[Recipe], path: str) -> Iterator[str]:
    """Yield a note if prompts ask for the same as earlier ones: perhaps by mistake, and each video costs."""
    first: dict[str, int] = {}
    again: dict[int, int] = {}
    for recipe in found:
        earlier = first.setdefault(digest_of(recipe.permalink, recipe.text, recipe.options.asked()), recipe.number)
        if earlier != recipe.number:
            again.setdefault(recipe.number, earlier)
    if again:
        number, earlier = next(iter(again.items()))
        others = f" (and {len(again) - 1} more with an earlier one)" if len(again) > 1 else ""
        yield f"{path}: prompt {number} asks for the same as prompt {earlier}{others}: videos of each are made"


def _prompts(batch: Batch, reading: Reading, kept: Sequence[int] | None) -> list[Prompt]:
    if batch.prompts_file is not None:
        return _from_table(batch.prompts_file, reading)
    if batch.prompts is not None:
        numbers, has_image = range(len(batch.prompts)) if kept is None else kept, _has_image(reading)
        return [_listed(entry, at, has_image, reading) for entry, at in zip(batch.prompts, numbers, strict=True)]
    if batch.prompt is not None:
        said = reading.said["prompt"]
        return [Prompt(PromptEntry(prompt=batch.prompt), Piece(batch.prompt, said.path, "prompt", said.value))]
    return []


def _listed(entry: PromptEntry, at: int, has_image: bool, reading: Reading) -> Prompt:
    said = reading.said["prompts"]
    whole, label = said.value.items[at], label_of(("prompts", at))
    if entry.permalink is None and not has_image:
        reason = "is missing, and the batch has none"
        reading.problems.append(Problem(said.path, whole.line, f"{label}.permalink", reason, whole.column))
    value = whole.entry("prompt") or whole
    return Prompt(entry, Piece(entry.prompt, said.path, label if value is whole else f"{label}.prompt", value))


def _has_image(reading: Reading) -> bool:
    prompts = reading.said.get("prompts")
    none_of_them = prompts is not None and not _may_have_its_own(reading)
    return none_of_them or any(key in reading.said or key in reading.misspelt for key in LINKS)


def _from_table(name: str, reading: Reading) -> list[Prompt]:
    path, display = reading.folder / name, beside(reading.path, name)
    try:
        data = read_whole(path, LARGE)
    except NotReadError as error:
        reading.problem("prompts_file", f"{display} {error}")
        return []
    table = read_table(path.suffix, data, display)
    reading.problems.extend(table.problems)
    reading.links.extend(table.links)
    lacking = [] if _has_image(reading) else [row for row in table.rows if row.entry.permalink is None]
    for row in lacking:
        reading.problems.append(Problem(display, row.value.line, "permalink", "is missing, and the batch has none"))
    return [Prompt(row.entry, Piece(row.entry.prompt, display, "prompt", row.value)) for row in table.rows]


def _affix(key: str, batch: Batch, reading: Reading) -> Piece:
    text = batch.prefix if key == "prefix" else batch.suffix
    said = reading.said.get(key)
    return Piece(text.strip(), said.path, key, said.value) if said else Piece("", reading.path, key, _NOWHERE)


def _parsed(piece: Piece, mentions: Mentions, reading: Reading) -> tuple[Part, ...] | None:
    if too_long := _too_long(piece.text):
        reading.problems.append(piece.problem(too_long))
        return None
    try:
        parts = parse(piece.text)
    except PromptSyntaxError as error:
        reading.problems.extend(piece.problem(slip.reason, slip.at) for slip in error.slips)
        return None
    mentions.append((parts, piece.problem))
    return parts


def _too_long(text: str) -> str:
    return f"is too long: {len(text):,} characters, and {LONGEST:,} at most" if len(text) > LONGEST else ""


def _joined(*pieces: tuple[Part, ...] | None) -> tuple[Part, ...]:
    joined: list[Part] = []
    for parts in filter(None, pieces):
        joined += [*([Joint()] if joined else []), *parts]
    return tuple(joined)


def _combined(batch: Batch, sources: Sequence[Source], known: Vocabulary, reading: Reading) -> list[Chosen]:
    try:
        return combine(batch, sources, known)
    except TooManyError as error:
        way = next(key for key in WAYS if key in reading.said)
        cure = "a smaller sample" if batch.sample else "sample"
        reading.problem(way, f"{error}; use {cure}, fewer choices, or raise max_videos")
    except TooFewError as error:
        if not reading.is_own("sample"):
            return _combined(batch.model_copy(update={"sample": None}), sources, known, reading)
        reading.problem("sample", f"{error}: leave it out to make all there are")
    return []


def _check_keepers(batch: Batch, videos: int, reading: Reading) -> None:
    if batch.keepers is not None and batch.keepers > videos:
        reading.problem(
            "keepers",
            f"must be at most the number of videos, {videos}, not {batch.keepers}: raise count, or lower this",
        )


def _check_results(batch: Batch, prompts: Sequence[Prompt], chosen: Sequence[Chosen], reading: Reading) -> None:
    if reading.problems:
        return
    made = {source.number for source, _ in chosen}
    empty = {source.number for source, variant in chosen if not variant.text}
    too_long = {source.number: told for source, variant in chosen if (told := _too_long(variant.text))}
    for number, prompt in enumerate(prompts, start=1):
        if number not in made and batch.sample is None:
            reading.problems.append(prompt.piece.problem("has no combination left: exclude leaves out all of them"))
        if number in empty:
            reading.problems.append(prompt.piece.problem("is empty if all its options are empty"))
        if number in too_long:
            reading.problems.append(prompt.piece.problem(too_long[number]))
