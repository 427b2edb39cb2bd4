"""What is missing on a page that is not ready for a submit. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.site.locators.table import ControlName
    from grokbatch.site.page.observation import Observation


def missing_control(seen: Observation) -> ControlName | None:
    """Return the first needed control that is missing on the page, None if there is none.

    Some pages have no submit button before a text is entered.
    """
    if seen.prompt is None:
        return "prompt"
    if seen.composer != "video":
        return "opener"
    return "submit" if seen.submit is None else None


def shows_no_post(seen: Observation) -> bool:
    """Whether nothing of a post is there: the site shows one that is deleted or expired without any word."""
    return not (seen.prompt or seen.submit or seen.opener or seen.menu or seen.videos or seen.ids)


def shows_only_video(seen: Observation) -> bool:
    """Whether the page shows a video and no way to a composer, as the image's post does when it opens on its latest."""
    has_way = seen.prompt or seen.submit or seen.opener or seen.menu
    return not has_way and any(video.player >= 0 for video in seen.videos)


def missing_composer(seen: Observation) -> str:
    """Say that the composer for videos is missing, and which composer is there instead."""
    if seen.edit:
        return f'is missing: the composer there edits the image (its button is called "{seen.edit}")'
    if seen.submit is not None and seen.submit.name:
        return f'is missing: nothing shows that the composer there, with "{seen.submit.name}", makes videos'
    return "is missing: nothing shows that the composer there makes videos"
