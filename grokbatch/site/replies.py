"""What the site said, in words or in replies, and which failure that is. Pure; the texts are in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.record.outcome import Category

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.site.generation import Call
    from grokbatch.site.locators import LocatorTable, TextName
    from grokbatch.site.network import Heard
    from grokbatch.site.observation import Observation

# The codes of the API's errors are those of gRPC.
_RESOURCE_EXHAUSTED = 8
_UNAUTHENTICATED = 16
# What Chromium reports when the page itself gave up a request, for instance because it moved on.
_GIVEN_UP = "net::ERR_ABORTED"
_LONGEST_QUOTE = 160

_FAILURE_TEXTS: tuple[tuple[TextName, Category], ...] = (
    ("connection_lost", Category.NETWORK_ERROR),
    ("failed", Category.GENERATION_ERROR),
)


@dataclass(frozen=True)
class Failure:
    """A failure and what to tell people of it; the message may quote the site."""

    category: Category
    message: str
    retry_at: datetime | None = None


def judge_access(seen: Observation, heard: Heard, table: LocatorTable) -> Failure | None:
    """Return what surely bars the way, whatever else is on the page: a sign-in page or a human check."""
    if heard.challenged or any(call.challenged for call in heard.calls):
        return human_check()
    address = urlsplit(seen.address)
    if heard.signed_out or table.has_path("login", address.path):
        return signed_out()
    return None


def human_check() -> Failure:
    """Return the failure of a page that asks whether we are human."""
    return Failure(Category.HUMAN_CHECK, "the site asks for a human check; open it with the account and pass it")


def signed_out() -> Failure:
    """Return the failure of a page that asks to sign in."""
    return Failure(Category.AUTH_REQUIRED, "the account is signed out; sign in again")


def judge_reply(call: Call | None, table: LocatorTable) -> Failure | None:
    """Return what the reply to a submit says when it says that no video will come, or None."""
    if call is None:
        return None
    refused = call.status is not None and call.status >= 400
    if call.facts.moderated:
        return Failure(Category.CONTENT_MODERATED, "the site moderated the content")
    if refused and call.status is not None:
        return _judge_status(call, call.status, table)
    if call.facts.error_message is not None:
        return _judge_error(call, call.facts.error_message, table)
    if call.failure is not None and not call.facts.names_video and not call.failure.startswith(_GIVEN_UP):
        return Failure(Category.NETWORK_ERROR, f"the connection broke during the generation ({call.failure})")
    return None


def judge_texts(texts: Iterable[str], table: LocatorTable, heard: Heard) -> Failure | None:
    """Return the failure that texts which have just appeared on the page tell of, or None."""
    texts = tuple(texts)
    for text in texts:
        if table.matches("moderated", text):
            return Failure(Category.CONTENT_MODERATED, f"the site says: {short(text)}")
    for text in texts:
        if table.is_limit(text):
            return limit(text, heard)
    for name, category in _FAILURE_TEXTS:
        for text in texts:
            if table.matches(name, text):
                return Failure(category, f"the site says: {short(text)}")
    return None


def limit(text: str, heard: Heard) -> Failure:
    """Return the failure of a limit that the page tells of, with the time if the site's replies name it."""
    call = heard.ours()
    retry_at = (call and call.retry_at) or heard.quota.next_at
    return Failure(Category.RATE_LIMIT, f"the site says: {short(text)}", retry_at)


def short(text: str) -> str:
    """Return `text` on one line, in quotation marks, cut if it is long."""
    line = " ".join(text.split())
    return f'"{line[:_LONGEST_QUOTE]}…"' if len(line) > _LONGEST_QUOTE else f'"{line}"'


def _judge_status(call: Call, status: int, table: LocatorTable) -> Failure | None:
    message = call.facts.error_message
    said = message if message is not None else call.text
    told = f"the site answered {status}" + (f": {short(message)}" if message else "")
    if status == 401:
        return signed_out()
    if call.is_in_flight and message is None and status in (403, 429):
        return None  # what it complains of decides, and has not arrived yet
    if status == 403 and message is None and table.matches("human_check", said):
        return human_check()
    if status == 429:
        return _judge_limit(call, said, told, table)
    return _judge_error(call, said, table, told)


def _judge_limit(call: Call, said: str, told: str, table: LocatorTable) -> Failure:
    # An option that the account may not use is refused with a 429 too; waiting would not help.
    if table.matches("illegal_option", said):
        return Failure(Category.GENERATION_ERROR, told)
    return Failure(Category.RATE_LIMIT, told, call.retry_at)


def _judge_error(call: Call, said: str, table: LocatorTable, told: str | None = None) -> Failure:
    told = told or f"the site reports an error: {short(said)}"
    code = call.facts.error_code
    if code == _UNAUTHENTICATED:
        return signed_out()
    if table.matches("moderated", said):
        return Failure(Category.CONTENT_MODERATED, told)
    if (code == _RESOURCE_EXHAUSTED and not table.matches("illegal_option", said)) or table.is_limit(said):
        return Failure(Category.RATE_LIMIT, told, call.retry_at)
    return Failure(Category.GENERATION_ERROR, told)
