"""The earlier versions of a batch's videos: made of prompts or options that the batch file no longer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest, VideoRecord


def earlier_versions(manifest: Manifest) -> list[VideoRecord]:
    """Return what was tried or made before the batch file was edited, with what older manifests keep of it."""
    past = [each for video in manifest.videos.values() for each in video.history]
    return [video for video in (*manifest.retired, *past) if video.attempts]
