"""Which files are batches: looked up cheaply, and safely on any file that happens to end in .yaml."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from grokbatch.batch.arguments import named_path
from grokbatch.batch.places import real_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUFFIXES = frozenset({".yaml", ".yml"})
_IGNORED_FOLDERS = frozenset({"node_modules", "venv", "__pycache__", "build", "dist", "reports"})
_KEYS = ("permalink", "permalinks", "prompt", "prompts", "prompts_file")
_MOST_READ = 1 << 20
_MOST_PARSED = 1 << 16

_KEY_AT_LINE_START = re.compile(rf"""^(["']?)(?:{"|".join(_KEYS)})\1[ \t]*:(?=\s|$)""", re.MULTILINE)
# Many kinds of files have a key `extends`; few of them name a YAML file after it.
_EXTENDS_YAML = re.compile(r"""^extends[ \t]*:[ \t]+["']?[^#\n]*\.ya?ml["']?[ \t]*(?:\s#.*)?\r?$""", re.MULTILINE)
# What may stand before the first document's content: comments, directives, blank lines and the `---`.
_PREAMBLE = re.compile(r"(?:[ \t]*(?:[#%].*)?\r?\n)*(?:---(?=\s)(?:[ \t]*(?:#.*)?\r?\n)?(?:[ \t]*(?:#.*)?\r?\n)*)?")
_DOCUMENT_END = re.compile(r"^(?:---|\.\.\.)(?=\s|$)", re.MULTILINE)


def has_batch_suffix(path: Path) -> bool:
    """Whether the name is that of a YAML file: such a file, named on the command line, is a batch."""
    return path.suffix.lower() in _SUFFIXES


def is_batch_file(path: Path) -> bool:
    """Whether a file met in a folder is a batch: YAML with a prompt, a permalink or a file to extend at its top.

    Only the file's first document is looked at. A broken file counts if a line starts with such a key, so
    that its fault gets told. What others extend has these keys below `defaults:` only, and is no batch.
    """
    if not has_batch_suffix(path):
        return False
    try:
        head = _head(path)
    except OSError:
        return False
    content = _PREAMBLE.sub("", head, count=1)
    document = _DOCUMENT_END.split(content, maxsplit=1)[0]
    is_plain = _KEY_AT_LINE_START.search(document) or _EXTENDS_YAML.search(document)
    return bool(is_plain) or _has_key_elsewhere(document)


def find_batches(arguments: Sequence[str | os.PathLike[str]], base: Path) -> list[Path]:
    """Return the batch files that pytest's `arguments` (files, folders, node ids) stand for, below `base`.

    A YAML file that is named is always taken; folders are searched, but not hidden ones, environments,
    build folders and `reports`. The order is that of the arguments, sorted within a folder, each file once.
    """
    found: dict[Path, Path] = {}
    for argument in arguments:
        for batch in _below(named_path(argument, base)):
            found.setdefault(real_file(batch), batch)
    return list(found.values())


def _head(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_MOST_READ).decode("utf-8", "replace").removeprefix("\ufeff")


def _has_key_elsewhere(document: str) -> bool:
    """Whether a key stands at the top in one of YAML's rarer forms: indented, in braces, or after `?`."""
    if document[:1] not in {" ", "{", "?"} or len(document) > _MOST_PARSED:
        return False
    try:
        root = yaml.compose(document, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return False
    return isinstance(root, yaml.MappingNode) and any(key.value in _KEYS for key, _ in root.value if _is_scalar(key))


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _below(path: Path) -> Iterator[Path]:
    try:
        is_folder, is_named_batch = path.is_dir(), has_batch_suffix(path) and path.is_file()
    except OSError:
        return
    if is_named_batch:
        yield path
    elif is_folder:
        yield from filter(is_batch_file, _files_below(path))


def _files_below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        # os.walk goes on into what is left in `folders`, in that order.
        is_environment = "pyvenv.cfg" in names
        folders[:] = [] if is_environment else sorted(filter(_is_searched, folders))
        if not is_environment:
            yield from (Path(root, name) for name in sorted(names))


def _is_searched(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _IGNORED_FOLDERS
