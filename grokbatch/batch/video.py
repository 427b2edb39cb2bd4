"""One requested video of a batch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace

from grokbatch.batch.permalink import on_site


@dataclass(frozen=True)
class VideoSpec:
    """What is asked of the site for one video. The prompt is private and stays out of the repr.

    `permalink` is the image post as the batch names it, `address` the same post on the site being driven.
    `timeout` is how long the page may show no sign of progress, `max_wait` how long all may take (seconds).
    """

    id: str
    address: str
    prompt: str = field(repr=False)
    timeout: float = 60.0
    max_wait: float = 300.0
    permalink: str = ""

    @property
    def digest(self) -> str:
        """A digest of everything that is asked of the site; an edited prompt changes it."""
        asked = json.dumps({"permalink": self.permalink, "prompt": self.prompt}, sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()

    def on_site(self, origin: str) -> VideoSpec:
        """Return the same video asked of the site at `origin`; the digest stays."""
        return replace(self, address=on_site(self.permalink or self.address, origin))
