"""How long each kind of waiting on the page may take before something is concluded from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """All in seconds. What a batch may set (`timeout`, `max_wait`) is not here but in the VideoSpec."""

    open: float = 45.0
    """For the site to answer with a page."""
    controls: float = 20.0
    """For the controls to appear on a page that has loaded; after it the layout is unknown."""
    deaf: float = 6.0
    """For a page that is drawn to react to presses; after it they are made all the same."""
    settle: float = 0.3
    """For the list of videos to stay the same before it is believed."""
    settle_orphan: float = 1.5
    """The same, before an earlier attempt's video is declared missing."""
    reopen: float = 10.0
    """Between two openings of a page that does not list an earlier attempt's video, though that may still come."""
    second_look: float = 5.0
    """The same, before the only second opening for a video of which no name is known."""
    login: float = 1.0
    """For a login button to go away on a page that has no prompt yet."""
    login_beside_prompt: float = 3.0
    """The same, on a page that has one."""
    human_check: float = 5.0
    """For a check that lets most browsers pass by itself."""
    restless: float = 3.0
    """For a freshly opened page to come to rest, after which its list of videos is taken as it is."""
    uncover: float = 1.0
    """Between two attempts to put away what covers the button."""
    disabled: float = 3.0
    """For a disabled submit button beside a limit's text to wake up."""
    greyed_out: float = 30.0
    """For a disabled submit button to wake up, with nothing under way and no word about a limit."""
    reenter: float = 2.0
    """For a submit button to wake up before the prompt is entered once more."""
    choices: float = 2.0
    """For a choice that is asked for to appear on the page, or to become enabled."""
    choosing: float = 0.5
    """For the page to show that a choice was made, or a menu opened."""
    missed: float = 1.5
    """After a click that did not reach the button, before it is repeated."""
    ignored: float = 6.0
    """After a click that reached the button and started nothing."""
    sending: float = 12.0
    """After a click, for the page to send its request, should a video's `timeout` be shorter: some wait so long."""
    other_witness: float = 0.5
    """For the network to confirm or correct what the page shows."""
    own_retry: float = 2.0
    """For the page to repeat by itself what the site's trouble has ended."""
    contradiction: float = 5.0
    """For a failure's text and a generation that goes on: which of them is right."""
    stream: float = 1.0
    """For the reply to end once the page shows the finished video."""
    undecided_media: float = 5.0
    """For the browser to say whether it can play a file."""
    check_again: float = 1.0
    """Between two looks at a file that is not complete yet."""
    action: float = 5.0
    """For one click or one entry."""
    evidence: float = 5.0
    """For each piece of evidence."""
    upscale: float = 180.0
    """For an upscaled video to be there."""
    removal: float = 15.0
    """For a deleted video to go from the page."""
    shown: float = 10.0
    """For a page to show a video that was made from it."""
    download_event: float = 30.0
    """For the Download button to bring something."""
