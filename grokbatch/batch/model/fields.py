"""The types of the values in a batch file: how each is checked, and the words for the allowed values."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, WithJsonSchema

from grokbatch.batch.model.permalink import (
    DEMO,
    LINK_PATTERN,
    ORIGIN_PATTERN,
    PLAIN_LINK,
    REAL_ORIGIN,
    check_origin,
    read_link,
)

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True)
class Allowed:
    """An annotation of a field: the words for its allowed values, so that an error reads `must be <words>`."""

    words: str


def words_of(model: type[BaseModel], key: str) -> str:
    """Return the words for the allowed values of the field `key` of `model`."""
    return next(part.words for part in model.model_fields[key].metadata if isinstance(part, Allowed))


DAY = 86_400
"""The seconds of a day."""

UNTYPEABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""The control characters, which nobody can type into a prompt."""


def _check_site(text: str) -> str | None:
    if text == DEMO:
        return DEMO
    origin = check_origin(text)
    return None if origin == REAL_ORIGIN else origin


def check_typeable(text: str) -> str:
    """Return `text`; raise ValueError if it contains control characters or half of a surrogate pair."""
    text.encode()  # raises UnicodeEncodeError, a ValueError, for half of a surrogate pair, which an escape can make
    if UNTYPEABLE.search(text):
        raise ValueError("control characters")
    return text


def _without_unit(value: object) -> object:
    # `10`, `"10"` and `10s` are allowed. In Python, a bool is an int as well.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.removesuffix("s").strip() if isinstance(value, str) else value


def _check_aspect(text: str) -> str:
    width, height = (int(part) for part in text.split(":"))
    if not (width and height):
        raise ValueError("no ratio")
    return f"{width}:{height}"


Seconds = Annotated[
    float,
    Field(gt=0, le=DAY, allow_inf_nan=False),
    Allowed("a number of seconds, more than 0 and up to 86400"),
]


def _check_text(text: str) -> str:
    stripped = check_typeable(text).strip()
    if not stripped:
        raise ValueError("empty")
    return stripped


def _plain_link(text: str, info: ValidationInfo) -> str:
    """Return the plain form of a permalink; `info.context`, if given, is a list to which the ImageLink is added."""
    link = read_link(text)
    if isinstance(info.context, list):
        info.context.append(link)
    elif link.origin is not None:
        raise ValueError("on another site")  # without the list, the site would be lost
    return link.plain


_LINK_SCHEMA = {"type": "string", "pattern": LINK_PATTERN, "patternErrorMessage": f"Must be {PLAIN_LINK}."}
Link = Annotated[str, AfterValidator(_plain_link), WithJsonSchema(_LINK_SCHEMA)]
TextValue = Annotated[str, AfterValidator(_check_text), WithJsonSchema({"type": "string", "pattern": r"\S"})]
SiteName = Annotated[
    str,
    AfterValidator(_check_site),
    WithJsonSchema({"anyOf": [{"const": DEMO}, {"type": "string", "pattern": ORIGIN_PATTERN}]}),
]
Permalink = Annotated[Link | None, Allowed(PLAIN_LINK)]


def _composed(value: object) -> object:
    """Return a text in the composed form (NFC): on some systems, `ü` is typed as `u` and a separate accent."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[^\W_][\w-]*", name):
        raise ValueError("not made of letters and digits")
    return name


def split_command(text: str, *, is_windows: bool = os.name == "nt") -> list[str]:
    """Return the program and the arguments in `text`, in which quotes keep words together; raises ValueError.

    On Windows a backslash is a part of a path, elsewhere it takes the next character as it is.
    """
    if not is_windows:
        return shlex.split(text)
    if text.count('"') % 2:
        raise ValueError("no closing quote")
    return [word.replace('"', "") for word in re.findall(r'(?:[^\s"]|"[^"]*")+', text)]


def _command_words(value: object) -> object:
    return split_command(value) if isinstance(value, str) else value


def _one_or_several(value: object) -> object:
    return [value] if isinstance(value, str) else value


AccountName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


def _without_repetition(names: list[str]) -> list[str]:
    if len({*names}) < len(names):
        raise ValueError("a name is there twice")
    return names


Accounts = Annotated[
    Annotated[list[AccountName], Field(min_length=1), AfterValidator(_without_repetition)]
    | Annotated[dict[AccountName, Annotated[int, Field(ge=1, le=100)]], Field(min_length=1)]
    | None,
    Allowed(
        "different names of accounts, such as [main, second], or weights from 1 to 100, such as {main: 2, second: 1}"
    ),
]
Word = Annotated[str, AfterValidator(check_typeable)]
Command = Annotated[
    Annotated[
        list[Word],
        Field(min_length=1),
        BeforeValidator(_command_words, json_schema_input_type=TextValue | list[str]),
    ]
    | None,
    Allowed("a program with its arguments, such as notify-send done, or a list of these"),
]
Addresses = Annotated[
    Annotated[
        list[TextValue],
        BeforeValidator(_one_or_several, json_schema_input_type=TextValue | list[TextValue]),
    ]
    | None,
    Allowed("desktop, an address of Apprise, or a list of these"),
]
Prompt = Annotated[TextValue, Allowed("the text to make the videos from")]
Count = Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")]
Duration = Annotated[
    Literal["6", "10", "15", "max"] | None,
    BeforeValidator(
        _without_unit,
        json_schema_input_type=Literal[6, 10, 15, "max"] | Annotated[str, StringConstraints(pattern="^(6|10|15)s?$")],
    ),
    Allowed("6, 10, 15 or max"),
]
Resolution = Annotated[Literal["480p", "720p", "1080p", "max"] | None, Allowed("480p, 720p, 1080p or max")]
Aspect = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{1,2}$"), AfterValidator(_check_aspect)] | None,
    Allowed("a ratio of width to height, such as 16:9"),
]
Preset = Annotated[
    Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(check_typeable)
    ]
    | None,
    Allowed("the name of a preset as the page shows it, such as Normal"),
]
Name = Annotated[
    Annotated[
        str,
        # A rough form of `_check_name` for the schema: in its patterns, editors know no class of all letters.
        StringConstraints(pattern="^[A-Za-z0-9\u00c0-\uffff][A-Za-z0-9_\u00c0-\uffff-]*$", max_length=40),
        BeforeValidator(_composed),
        AfterValidator(_check_name),
    ]
    | None,
    Allowed("a short name of letters, digits, - and _, such as pan"),
]
FilePath = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_typeable)] | None,
    Allowed("the path of a file, relative to this file's folder"),
]
