"""Tells people of a run what they would otherwise have to look for: its end, a limit, a failure, that one is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.notify.addresses import shown
from grokbatch.run.notify.sending import send

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grokbatch.run.events.events import Kind, RunEvent
    from grokbatch.run.plan import RunPlan

KINDS: Sequence[Kind] = ("run_finished", "limit_reached", "person_needed", "video_failed")
"""The kinds of events of which messages are sent; of `video_failed` the first of each batch only."""

TITLE = "grokbatch"


class Notifications:
    """Sends a message for an event to the addresses of its batch; called with one event after another.

    `send_to` sends a text to an address, and returns why that was not possible.
    """

    def __init__(
        self, plan: RunPlan, notice: Callable[[str], None], send_to: Callable[[str, str, str], str] = send
    ) -> None:
        self._addresses = {batch.display: batch.tell.notify for batch in plan.batches}
        self._names = {batch.display: batch.name for batch in plan.batches}
        self._shared = {batch.display for batch in plan.batches if len(batch.parts) > 1}
        self._notice, self._send = notice, send_to
        self._has_failed: set[str] = set()
        self._told: set[str] = set()

    def __call__(self, event: RunEvent) -> None:
        """Send the message to each address; one that fails is reported once, by its number and scheme."""
        batch = event.batch or ""
        if event.kind == "video_failed":
            if batch in self._has_failed:
                return
            self._has_failed.add(batch)
        account = f"account {event.facts['account']}: " if batch in self._shared and event.facts.get("account") else ""
        text = f"{self._names[batch]}: {account}{text_of(event)}"
        for number, address in enumerate(self._addresses[batch], 1):
            if reason := self._send(address, TITLE, text):
                line = f"notify: {shown(number, address)}: {reason}; to try it: grokbatch notify test"
                LOGGER.warning("%s", line)
                if line not in self._told:
                    self._told.add(line)
                    self._notice(line)


def text_of(event: RunEvent) -> str:
    """Return an event in words, without the name of its batch."""
    facts = event.facts
    if event.kind == "limit_reached":
        until = f", perhaps until {_hour(facts['retry_at'])}" if facts["retry_at"] else ""
        return f"the site's limit is reached{until}"
    if event.kind == "person_needed":
        return _NEEDED.get(str(facts["category"]), "a person is needed")
    if event.kind == "video_failed":
        return f"{event.video} was not made: {_why(event)}"
    return _ended(event)


_NEEDED = {
    "AUTH_REQUIRED": "the account is not signed in any more; a person is needed",
    "HUMAN_CHECK": "the site wants to see a person: answer its check in the browser's window",
    "ACCOUNT_REFUSED": "the site refuses the account; a person is needed",
}
_COUNTED = (
    ("moderated", "moderated"),
    ("failed", "failed"),
    ("rate_limited", "refused at the limit"),
    ("pending", "not made yet"),
)
_ENDINGS = {
    "STOPPED_RATE_LIMIT": "; stopped at the site's limit",
    "STOPPED_AUTH_REQUIRED": "; stopped, a person is needed",
    "STOPPED_TIME_UP": "; stopped at the time of --until",
    "INTERRUPTED": "; interrupted",
}


def _ended(event: RunEvent) -> str:
    facts = event.facts
    rest = [f"{facts[name]} {words}" for name, words in _COUNTED if facts[name]]
    counted = ", ".join([f"{facts['completed']} of {facts['videos']} done", *rest])
    return f"{counted}{_ENDINGS.get(str(facts['status']), '')}"


def _why(event: RunEvent) -> str:
    category = str(event.facts["category"] or "").replace("_", " ").lower()
    # The message may quote the site's page, which is nobody else's business.
    return category or "no reason is known"


def _hour(moment: object) -> str:
    return str(moment)[11:16]
