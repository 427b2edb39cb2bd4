"""The user's own settings, `config.yaml` in grokbatch's home folder: what holds for all batches of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grokbatch.batch.model.errors import BatchError, Problem, key_shown, label_of, unknown
from grokbatch.batch.model.fields import Addresses, Allowed, words_of
from grokbatch.yaml_nodes import NotYamlError, column, compose, construct, line, pairs, within

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.yaml_nodes import Node

FILE_NAME = "config.yaml"


class UserSettings(BaseModel):
    """The keys of the file; a batch that has a key of the same name goes before it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    notify: Addresses = Field(None, repr=False, description="who is told of the runs of all batches")
    show_prompts: Annotated[bool | None, Allowed("true or false")] = Field(
        None, description="whether your own reports and walls show the prompts; what is shared never does"
    )


def settings_file(home: Path) -> Path:
    """Return the path of the user's settings; the file need not exist."""
    return home / FILE_NAME


def read_settings(home: Path) -> UserSettings:
    """Return the user's settings, the defaults if there is no file; raises BatchError with all problems."""
    path = settings_file(home)
    try:
        root = compose(path.read_text(encoding="utf-8-sig"))
        values = None if root is None else construct(root)
    except FileNotFoundError:
        return UserSettings()
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _wrong(path, "is not UTF-8 text: save the file with the encoding UTF-8") from None
    except NotYamlError as error:
        # PyYAML's message quotes the file, which may hold addresses with passwords.
        raise _wrong(path, "cannot be read as YAML here or just before it", error.line) from None
    if root is None or values is None:
        return UserSettings()
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise _wrong(path, f"must hold keys with values, such as notify: desktop; allowed are {_KEYS}")
    return _validated(values, root, path)


def shows_prompts(batch: Batch, home: Path) -> bool:
    """Whether the user wants to see the prompts of a batch in report and wall; not if the settings have problems."""
    if batch.show_prompts is not None:
        return batch.show_prompts
    try:
        return bool(read_settings(home).show_prompts)
    except BatchError:
        return False  # a run says what is wrong


_KEYS = ", ".join(UserSettings.model_fields)


def _validated(values: dict[str, Any], root: Node, path: Path) -> UserSettings:
    try:
        return UserSettings.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    found = [_problem(detail["loc"], detail["type"], root, path) for detail in details]
    raise BatchError(tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.line or 0))) from None


def _problem(loc: tuple[int | str, ...], kind: str, root: Node, path: Path) -> Problem:
    key = str(loc[0])
    if kind == "extra_forbidden":
        node = next(name for name, _ in pairs(root) if name.value == key)
        return Problem(str(path), line(node), key_shown(key), unknown(key, UserSettings.model_fields), column(node))
    node = within(root, loc)
    reason = f"must be {words_of(UserSettings, key)}"
    # Values are not quoted: they may be secret.
    return Problem(str(path), line(node), label_of(loc), reason, column(node))


def _wrong(path: Path, reason: str, at: int = 1) -> BatchError:
    return BatchError((Problem(str(path), at, None, reason),))
