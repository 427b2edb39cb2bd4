"""The keys of hosts, other computers that make videos, below `hosts:` in a batch file or in a file of their own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from grokbatch.batch.model.fields import Allowed, check_typeable

HOSTS_FILE = "hosts.yaml"
"""The hosts file that commands read if none is named."""

HERE = "here"
"""The name of the computer on which the run is started."""

HOST_DIRECTORY = "grokbatch-host"
"""The folder that grokbatch uses on a host, in the home of whoever logs in there."""

HOST_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""The form of a host's name, which becomes the first part of its workers' ids."""

# The options of ssh that take a word of their own after them (OpenSSH 9).
_WITH_WORD = frozenset("BbcDEeFIiJLlmOopPQRSWw")


def ssh_problem(text: str) -> str:
    """Return why `text` cannot stand between `ssh` and a command, or an empty text.

    execnet splits it at spaces, knows no quotes, and takes `//` for the end of the value.
    """
    if "//" in text:
        return "without //: for ssh://me@box:2222 write -p 2222 me@box"
    if re.search(r"""["'\\]""", text):
        return "without quotes and backslashes: give the computer an entry in ~/.ssh/config, and write its name here"
    words = iter(text.split())
    for word in words:
        if not word.startswith("-"):
            return "the computer comes last: options before it, no command after it" if next(words, None) else ""
        if len(word) == 2 and word[1] in _WITH_WORD:
            next(words, None)
    return "it names no computer"


def _check_ssh(text: str) -> str:
    if ssh_problem(text):
        raise ValueError("no destination of ssh")
    return " ".join(text.split())


def _check_path(text: str) -> str:
    # Paths travel in execnet's specs, whose parts // separates.
    if "//" in check_typeable(text) or "\n" in text or "\t" in text:
        raise ValueError("no path")
    return text


_Alias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
_Path = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_path)]
_Workers = Annotated[
    Annotated[int, Field(ge=1, le=100)] | Literal["auto"], Allowed("a whole number from 1 to 100, or auto")
]
_Accounts = Annotated[
    Annotated[list[_Alias], Field(min_length=1)] | None, Allowed("a list of accounts' names, such as [main, second]")
]


class HereEntry(BaseModel):
    """What this computer does beside the hosts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    workers: _Workers = Field("auto", description="how many videos are made here at the same time; auto: what fits")
    accounts: _Accounts = Field(None, description="the accounts used here; left out: all of the batch")


class HostEntry(BaseModel):
    """How one host is reached, and what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    ssh: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_ssh)],
        Allowed("what follows the word ssh when you log in there, such as me@studio or -p 2222 me@box"),
    ] = Field(description="how the host is reached over SSH")
    python: Annotated[_Path | None, Allowed("the path of a Python there, such as /opt/grokbatch/bin/python")] = Field(
        None,
        description="the Python there that has grokbatch; left out: the one that `grokbatch hosts install` sets up",
    )
    workers: _Workers = Field("auto", description="how many videos are made there at the same time; auto: what fits")
    accounts: _Accounts = Field(
        None, description="the accounts used there, which must be signed in there; left out: all of the batch"
    )
    directory: Annotated[_Path, Allowed("the path of a folder there, such as grokbatch-host")] = Field(
        HOST_DIRECTORY, description="the folder that is used there, relative to the home of whoever logs in"
    )
    collect_files: Annotated[bool, Allowed("true or false")] = Field(
        True, description="whether the video files are brought here; false: they stay there"
    )


class HostsTable(BaseModel):
    """All hosts by name; `here` is this computer."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, hide_input_in_errors=True)
    __pydantic_extra__: dict[str, HostEntry] = Field(init=False)

    here: HereEntry | None = Field(None, description="this computer; left out: it makes no videos beside the hosts")

    @property
    def others(self) -> dict[str, HostEntry]:
        """The hosts other than this computer, in the file's order."""
        return dict(self.__pydantic_extra__)
