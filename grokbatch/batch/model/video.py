"""One requested video of a batch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from grokbatch.batch.model.expectations import Expectations  # noqa: TC001 - pydantic looks it up
from grokbatch.batch.model.permalink import on_site

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class VideoOptions:
    """The options that are chosen on the page before a submit; None: the page's own choice is kept.

    `duration` is in seconds, `6`, `10`, `15` or `max`; `resolution` is `480p`, `720p`, `1080p` or `max`;
    `aspect` is a ratio of width to height such as `16:9`; `preset` is a name as the page shows it.
    """

    duration: str | None = None
    resolution: str | None = None
    aspect: str | None = None
    preset: str | None = None

    def asked(self) -> dict[str, str]:
        """Return the options that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def digest_of(permalink: str, prompt: str, options: Mapping[str, str]) -> str:
    """Return the digest of what is asked of the site for one video; `options` are the set ones, by name.

    Prompts that differ only in white space ask for the same and have the same digest.
    """
    return verbatim_digest_of(permalink, " ".join(prompt.split()), options)


def verbatim_digest_of(permalink: str, prompt: str, options: Mapping[str, str]) -> str:
    """Return the digest as earlier versions computed it, with the white space of the prompt as it is written."""
    # Options that are not set are left out, so that the digests of videos from before there were options stay valid.
    asked = {"permalink": permalink, "prompt": prompt, **options}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class VideoSpec:
    """The specification of one video. The prompt is private and is left out of the repr.

    `permalink`: the plain address of the image post. `address`: the same post on the site that is used. `index`: the
    number of the video in the batch. `number`: the number of its prompt. `repetition`: its number among the videos that
    ask for the same. All three count from 1. `name` and `axes`: the prompt's name, and the axes with their values.
    `marks` and `words`: what selects the video with -m and -k. `expect`: what its file is checked for; None: what the
    batch says. `timeout`: the seconds that the page may show no progress. `max_wait`: the seconds that the whole
    attempt may take. `is_gated`: requests that start a video are held until it is certain that they ask for this one.
    """

    id: str
    address: str
    prompt: str = field(repr=False)
    timeout: float = 60.0
    max_wait: float = 300.0
    is_gated: bool = True
    permalink: str = ""
    options: VideoOptions = VideoOptions()
    index: int = 1
    repetition: int = 1
    number: int = 1
    name: str = ""
    axes: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    expect: Expectations | None = None

    @property
    def identity(self) -> str:
        """The key of this video: its digest and its repetition, so that it does not depend on its position."""
        return f"{self.digest}-{self.repetition}"

    @property
    def digest(self) -> str:
        """The digest of everything that is asked of the site; it changes when the prompt is edited."""
        return digest_of(self.permalink, self.prompt, self.options.asked())

    def on_site(self, origin: str) -> VideoSpec:
        """Return the same video with its address on the site at `origin`; its digest is the same."""
        return replace(self, address=on_site(self.permalink or self.address, origin))
