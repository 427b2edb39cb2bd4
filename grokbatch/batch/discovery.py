"""Finds batch files by their keys: quickly, and safely on any file whose name ends in .yaml.

YAML files of other tools may have some of the same keys. A file that cannot make a video in its present form is
therefore not taken for a batch, unless there are batches in the same folder.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.arguments import named_path
from grokbatch.batch.model.paths import real_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEYS = frozenset(
    "account accounts aspect attempts axes count delete demo download duration exclude expect "  # noqa: SIM905
    "extends filename gate headed hosts keep_awake keep_profiles keepers limit_retry locators max_videos max_wait "
    "notify on_degraded on_finish on_video output parallel permalink permalinks prefix preset prompt prompts "
    "prompts_file resolution sample seed show_prompts sidecar_prompt site source_image stop_after_failures suffix "
    "timeout until_done upscale worker_start_delay".split()
)
"""All keys of a batch file. They are repeated here because loading the model takes far longer."""

_SUFFIXES = frozenset({".yaml", ".yml"})
_PROMPT_KEYS = frozenset({"prompt", "prompts", "prompts_file"})
_IMAGE_KEYS = frozenset({"permalink", "permalinks"})
_MOST_READ = 1 << 20
_MOST_PARSED = 1 << 16
_NEARNESS = 0.75

_KEY_AT_LINE_START = re.compile(r"""^(["']?)([\w.-]+)\1[ \t]*:(?=\s|$)""", re.MULTILINE)
# Each prompt in a list may have an image of its own.
_IMAGE_KEY_ANYWHERE = re.compile(r"""(?:^|[\s{,])["']?permalinks?["']?[ \t]*:(?=\s|$)""", re.MULTILINE)
# Many kinds of files have a key `extends`, but its value is rarely the name of a YAML file.
_EXTENDS_YAML = re.compile(r"""^extends[ \t]*:[ \t]+["']?[^#\n]*\.ya?ml["']?[ \t]*(?:\s#.*)?\r?$""", re.MULTILINE)
# What may precede the content of the first document: comments, directives, blank lines and the `---`.
_PREAMBLE = re.compile(r"(?:[ \t]*(?:[#%].*)?\r?\n)*(?:---(?=\s)(?:[ \t]*(?:#.*)?\r?\n)?(?:[ \t]*(?:#.*)?\r?\n)*)?")
_DOCUMENT_END = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)


def has_batch_suffix(path: Path) -> bool:
    """Whether the file's name ends like that of a YAML file, so that it may be a batch."""
    return path.suffix.lower() in _SUFFIXES


def is_batch_file(path: Path) -> bool:
    """Whether a file is a batch: it has prompts and an image, or only a batch's keys, and names another file for them.

    Only the keys of the first document count, so a batch with mistakes is one as well, and they are reported. A file
    with `defaults:`, which batches extend, is not a batch.
    """
    document = _document(path)
    keys = _top_keys(document)
    has_image = keys & _IMAGE_KEYS or _IMAGE_KEY_ANYWHERE.search(document)
    if keys & _PROMPT_KEYS and has_image and "defaults" not in keys:
        return True
    takes_over = "prompts_file" in keys or bool(_EXTENDS_YAML.search(document))
    return takes_over and not any(map(_is_foreign, keys))


def is_meant_as_batch(path: Path) -> bool:
    """Whether a file has only keys of a batch, or misspelt ones: perhaps a batch that is not finished."""
    keys = _top_keys(_document(path))
    return bool(keys & {*_PROMPT_KEYS, *_IMAGE_KEYS, "extends"}) and not any(map(_is_foreign, keys))


def batches_in(folder: Path) -> list[Path]:
    """Return the batches directly in a folder, sorted; if there are any, also files that are only meant as batches."""
    try:
        files = sorted(path for path in folder.iterdir() if has_batch_suffix(path))
    except OSError:
        return []
    batches = [path for path in files if is_batch_file(path)]
    return [path for path in files if path in batches or is_meant_as_batch(path)] if batches else []


def find_batches(arguments: Sequence[str | os.PathLike[str]], base: Path) -> list[Path]:
    """Return the batch files that pytest's `arguments` (files, folders, node ids) name, relative to `base`.

    A folder stands for the batches directly in it, never for deeper ones, because each video costs something. The order
    is that of the arguments, and alphabetical within a folder; each file is returned once.
    """
    found: dict[Path, Path] = {}
    for argument in arguments:
        for batch in _named_by(named_path(argument, base)):
            found.setdefault(real_file(batch), batch)
    return list(found.values())


def _named_by(path: Path) -> Iterator[Path]:
    try:
        is_folder, is_yaml = path.is_dir(), has_batch_suffix(path) and path.is_file()
    except OSError:
        return
    if is_folder:
        yield from batches_in(path)
    elif is_yaml and (is_batch_file(path) or (is_meant_as_batch(path) and batches_in(path.parent))):
        yield path


def _document(path: Path) -> str:
    """Return the first document of a YAML file as text, or an empty string if the file cannot be read."""
    try:
        head = _head(path) if has_batch_suffix(path) else ""
    except OSError:
        return ""
    return _DOCUMENT_END.split(_PREAMBLE.sub("", head, count=1), maxsplit=1)[0]


def _head(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_MOST_READ).decode("utf-8", "replace").removeprefix("\ufeff")


def _top_keys(document: str) -> frozenset[str]:
    # Even a file that is not valid YAML has keys: a line that starts with one is enough.
    found = frozenset(match[2] for match in _KEY_AT_LINE_START.finditer(document))
    return found or _keys_elsewhere(document)


def _keys_elsewhere(document: str) -> frozenset[str]:
    """Return the keys of the top level where they are indented, in braces, or after `?`, which is rare."""
    if document[:1] not in {" ", "{", "?"} or len(document) > _MOST_PARSED:
        return frozenset()
    # Imported here, because pytest runs in projects without batches do not need it.
    from grokbatch.yaml_nodes import NotYamlError, ScalarNode, compose, pairs

    try:
        root = compose(document)
    except NotYamlError:
        return frozenset()
    return frozenset(str(key.value) for key, _ in pairs(root) if isinstance(key, ScalarNode))


def _is_foreign(key: str) -> bool:
    """Whether a key is neither a batch's nor so similar to one that it may be misspelt."""
    if key in KEYS:
        return False
    import difflib

    return not difflib.get_close_matches(key, KEYS, n=1, cutoff=_NEARNESS)
