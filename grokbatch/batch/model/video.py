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
    """What is chosen on the page before a submit; None leaves it as the page has it.

    `duration` is in seconds, `6`, `10`, `15` or `max`; `resolution` is `480p`, `720p`, `1080p` or `max`;
    `aspect` is a ratio such as `16:9`; `preset` is a name as it stands on the page.
    """

    duration: str | None = None
    resolution: str | None = None
    aspect: str | None = None
    preset: str | None = None

    def asked(self) -> dict[str, str]:
        """Return what is asked for, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def digest_of(permalink: str, prompt: str, options: Mapping[str, str]) -> str:
    """Return the digest of what is asked of the site for one video; `options` are those that are set, by name.

    White space says nothing: prompts that differ in it only ask for the same.
    """
    return verbatim_digest_of(permalink, " ".join(prompt.split()), options)


def verbatim_digest_of(permalink: str, prompt: str, options: Mapping[str, str]) -> str:
    """Return the digest that earlier versions took, of the prompt as it is written."""
    # Options that are not set stay out, so that results from before there were options keep their digests.
    asked = {"permalink": permalink, "prompt": prompt, **options}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class VideoSpec:
    """What is asked of the site for one video. The prompt is private and stays out of the repr.

    `permalink` is the image post as the batch names it, `address` the same post on the site being driven.
    `repetition` counts the videos of which the same is asked, `number` the batch's prompts, `index` its videos, all
    from 1; `name` and `axes` are what the batch calls the prompt and its choices, `marks` and `words` what selects it
    in pytest. `expect` is what its file is checked for; None: what the batch says.
    `timeout` is how long the page may show no sign of progress, `max_wait` how long all may take (seconds).
    `is_gated`: requests that start a video are held until they are seen to ask for this one.
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
        """What tells this video from every other: what is asked, and which repetition it is; not its place."""
        return f"{self.digest}-{self.repetition}"

    @property
    def digest(self) -> str:
        """A digest of everything that is asked of the site; an edited prompt changes it."""
        return digest_of(self.permalink, self.prompt, self.options.asked())

    def on_site(self, origin: str) -> VideoSpec:
        """Return the same video asked of the site at `origin`; the digest stays."""
        return replace(self, address=on_site(self.permalink or self.address, origin))
