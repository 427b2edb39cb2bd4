"""How long each kind of waiting on the page may take before it counts as a failure or as an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """All in seconds. What a batch may set (`timeout`, `max_wait`) is in the VideoSpec instead."""

    open: float = 45.0
    """For the site to answer with a page."""
    controls: float = 20.0
    """For the controls to appear on a page that has loaded; after it the layout is unknown."""
    deaf: float = 6.0
    """For a page that is drawn to react to presses; after it they are made all the same."""
    settle: float = 0.3
    """For which the list of videos must stay the same before it counts as complete."""
    settle_orphan: float = 1.5
    """The same, before an earlier attempt's video is declared missing."""
    reopen: float = 10.0
    """Between two openings of a page that does not list an earlier attempt's video yet."""
    second_look: float = 5.0
    """The same, before the one further opening for a video whose id is not known."""
    login: float = 1.0
    """For a login button to go away on a page that has no prompt yet."""
    login_beside_prompt: float = 3.0
    """The same, on a page that has one."""
    human_check: float = 5.0
    """For a human check that lets most browsers pass by itself."""
    restless: float = 3.0
    """For a freshly opened page to stop changing; after it, its list of videos is used as it is."""
    uncover: float = 1.0
    """Between two attempts to close what covers the button."""
    disabled: float = 3.0
    """For a disabled submit button beside the text of a limit to become enabled."""
    greyed_out: float = 30.0
    """For a disabled submit button to become enabled when nothing is under way and no text tells of a limit."""
    reenter: float = 2.0
    """For a submit button to become enabled before the prompt is entered once more."""
    choices: float = 2.0
    """For a choice that is asked for to appear on the page, or to become enabled."""
    choosing: float = 0.5
    """For the page to show that a choice was made, or a menu opened."""
    missed: float = 1.5
    """After a click that did not reach the button, before it is repeated."""
    ignored: float = 6.0
    """After a click that reached the button and started nothing."""
    sending: float = 12.0
    """For the page to send its request after a click, even if the video's `timeout` is shorter."""
    other_witness: float = 0.5
    """For the network to confirm or correct what the page shows."""
    own_retry: float = 2.0
    """For the page to repeat by itself a request that failed because of a server error."""
    contradiction: float = 5.0
    """For deciding which is right when the page shows a failure's text and a generation that goes on."""
    stream: float = 1.0
    """For the reply to end once the page shows the finished video."""
    undecided_media: float = 5.0
    """For the browser to say whether it can play a file."""
    check_again: float = 1.0
    """Between two checks of a file that is not complete yet."""
    action: float = 5.0
    """For one click or one entry."""
    evidence: float = 5.0
    """For each piece of evidence."""
    upscale: float = 180.0
    """For an upscaled video to appear."""
    removal: float = 15.0
    """For a deleted video to disappear from the page."""
    shown: float = 10.0
    """For a page to show a video that was made from it."""
    download_event: float = 30.0
    """For a download to start after a click on the Download button."""
