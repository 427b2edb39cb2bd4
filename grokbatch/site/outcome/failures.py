"""Recognises failures in the site's texts and replies. Pure; the texts are in the table of locators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.record.model.outcome import Category
from grokbatch.site.outcome.limit_words import time_to_go_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.site.locators.table import ControlName, LocatorTable, TextName
    from grokbatch.site.network.generation_requests import Call
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.page.observation import Observation

# The codes of the API's errors are those of gRPC.
_PERMISSION_DENIED = 7
_RESOURCE_EXHAUSTED = 8
_UNAUTHENTICATED = 16
# Invalid argument, failed precondition, out of range: something is wrong with what was asked for.
_ABOUT_THE_REQUEST = frozenset({3, 9, 11})
_LONGEST_QUOTE = 160
_TOO_MANY = 429
_SERVER_ERROR = 500

_FAILURE_TEXTS: tuple[tuple[TextName, Category], ...] = (
    ("connection_lost", Category.NETWORK_ERROR),
    ("failed", Category.GENERATION_ERROR),
)

_ALSO_TRIED: dict[ControlName, tuple[ControlName, ...]] = {"submit": ("submit", "redo")}


@dataclass(frozen=True)
class Failure:
    """A failure and its message for people, which may quote the site.

    `control` is the control of the table that it is about, `tried` the alternatives that were tried in vain.
    `is_stale`: the site refused the submit, perhaps only because the page is out of date. `degraded` says which wanted
    option is not available. `is_final`: another try would end in the same way. `is_about_image`: so would any other
    video of the image. `is_greyed_out`: the button stayed disabled for no visible reason. `is_uploaded_photo`: the
    site's moderation is stricter for the image than for others. `is_server_error`: the error is on the site's side.
    `is_about_options`: the site refuses the options, whatever the prompt.
    """

    category: Category
    message: str
    retry_at: datetime | None = None
    control: str = ""
    tried: tuple[str, ...] = ()
    degraded: str = ""
    is_stale: bool = False
    is_final: bool = False
    is_about_image: bool = False
    is_greyed_out: bool = False
    is_uploaded_photo: bool = False
    is_server_error: bool = False
    is_about_options: bool = False


def layout_changed(
    control: ControlName,
    table: LocatorTable,
    detail: str = "was not found on the page",
    looked_for: tuple[ControlName, ...] = (),
) -> Failure:
    """Return the failure of a control that is missing or does not work; `detail` follows its name in the message.

    `looked_for` are the controls whose alternatives were tried, if they are not those of `control`.
    """
    names = looked_for or _ALSO_TRIED.get(control, (control,))
    tried = tuple(str(alternative) for name in names for alternative in table.controls[name])
    number = f"{len(tried)} alternative{'' if len(tried) == 1 else 's'} tried"
    text = f'the control "{control}" {detail}; {number}'
    return Failure(Category.LAYOUT_CHANGED, text, control=control, tried=tried)


def access_failure(seen: Observation, events: NetworkEvents, table: LocatorTable) -> Failure | None:
    """Return the failure of a sign-in page or of a human check, whatever else is on the page, or None."""
    if events.challenged or any(call.challenged for call in events.calls):
        return human_check()
    address = urlsplit(seen.address)
    if events.signed_out or table.has_path("login", address.path):
        return signed_out()
    return None


def human_check() -> Failure:
    """Return the failure of a page that asks for a human check."""
    return Failure(Category.HUMAN_CHECK, "the site asks for a human check; open it with the account and pass it")


def signed_out() -> Failure:
    """Return the failure of a page that asks to sign in."""
    return Failure(Category.AUTH_REQUIRED, "the account is signed out; sign in again")


def stopped_here(reason: str) -> Failure:
    """Return the failure of a press after which the page tried to send a request that was not asked for."""
    text = f"the page was about to ask for a video, but {reason}; it was stopped before it reached the site"
    return Failure(Category.LAYOUT_CHANGED, text, control="submit")


def chat_answer() -> Failure:
    """Return the failure of a submit that the site answers with text only, as it does when it rejects the image."""
    text = (
        "the site answered with words instead of a video: most likely it is the image that it does not accept "
        "(any more), not the prompt"
    )
    return Failure(Category.GENERATION_ERROR, text, is_final=True, is_about_image=True)


def image_gone(instead: str) -> Failure:
    """Return the failure of a post in whose place the site shows something else, `instead`, as of a deleted image."""
    text = f"the site shows {instead} instead of the post: most likely the image was deleted, or has expired"
    return Failure(Category.GENERATION_ERROR, text, is_final=True, is_about_image=True)


def reply_failure(call: Call | None, table: LocatorTable, now: datetime) -> Failure | None:
    """Return the failure if the reply to a submit says that there will be no video, or None.

    A wait that the reply names in words counts from `now`.
    """
    if call is None:
        return None
    if call.facts.moderated:
        return _moderated(call)
    if call.status is not None and call.status >= 400:
        return _status_failure(call, call.status, table, now)
    if call.facts.names_video:
        return None
    if call.facts.error_message is not None:
        return _error_failure(call, call.facts.error_message, table, now)
    if call.failure is not None and not call.is_given_up:
        return Failure(Category.NETWORK_ERROR, f"the connection broke during the generation ({call.failure})")
    return None


def _moderated(call: Call) -> Failure:
    if not call.facts.is_uploaded_photo:
        return Failure(Category.CONTENT_MODERATED, "the site moderated the content")
    text = "the site moderated the content; it is stricter with uploaded photographs, whatever the prompt"
    return Failure(Category.CONTENT_MODERATED, text, is_uploaded_photo=True)


def text_failure(texts: Iterable[str], table: LocatorTable, events: NetworkEvents) -> Failure | None:
    """Return the failure that new texts on the page report, or None."""
    texts = tuple(texts)
    for text in texts:
        if table.matches("moderated", text):
            return Failure(Category.CONTENT_MODERATED, f"the site says: {short(text)}")
    for text in texts:
        if table.is_limit(text):
            return limit(text, events)
    for name, category in _FAILURE_TEXTS:
        for text in texts:
            if table.matches(name, text):
                return Failure(category, f"the site says: {short(text)}")
    return None


def limit(text: str, events: NetworkEvents) -> Failure:
    """Return the failure of a limit that the page reports, with the time of its end if the site names it."""
    call = events.ours()
    told = call and (call.retry_at or call.facts.available_at)
    retry_at = told or time_to_go_on(text, events.read_at) or events.quota.next_at
    return Failure(Category.RATE_LIMIT, f"the site says: {short(text)}", retry_at)


def quota_used_up(events: NetworkEvents) -> Failure:
    """Return the failure of a quota that is used up according to the site's reply."""
    return Failure(Category.RATE_LIMIT, "the site says that the video quota is used up", events.quota.next_at)


def short(text: str) -> str:
    """Return `text` on one line, in quotation marks, cut if it is long."""
    line = " ".join(text.split())
    return f'"{line[:_LONGEST_QUOTE]}…"' if len(line) > _LONGEST_QUOTE else f'"{line}"'


def _status_failure(call: Call, status: int, table: LocatorTable, now: datetime) -> Failure | None:
    message = call.facts.error_message
    said = message if message is not None else call.opening
    told = f"the site answered {status}" + (f": {short(message)}" if message else "")
    if status == 401:
        return signed_out()
    if call.is_unread_error:
        return None  # the error's text decides, and has not arrived yet
    if status == 403 and message is None and table.matches("human_check", said):
        return human_check()
    # The text of an HTML page is ignored: in so many words, some pattern would always match.
    return _error_failure(call, "" if said.lstrip().startswith("<") else said, table, now, told)


def _error_failure(call: Call, said: str, table: LocatorTable, now: datetime, told: str = "") -> Failure:
    code = call.facts.error_code
    told = told or f"the site reports an error: {short(said)}" + ("" if code is None else f" (code {code})")
    if code == _UNAUTHENTICATED:
        return signed_out()
    if table.matches("moderated", said):
        return Failure(Category.CONTENT_MODERATED, told)
    if table.matches("account_refused", f"{said}\n{call.facts.error_name or ''}"):
        return Failure(Category.ACCOUNT_REFUSED, told)
    if table.matches("image_unavailable", said):
        return Failure(
            Category.GENERATION_ERROR, f"{told}; it is the image, not the prompt", is_final=True, is_about_image=True
        )
    if _is_limit(call, said, table):
        retry_at = call.retry_at or call.facts.available_at or time_to_go_on(said, now)
        return Failure(Category.RATE_LIMIT, told, retry_at)
    if call.status == _TOO_MANY or code in _ABOUT_THE_REQUEST or table.matches("illegal_option", said):
        # The site would refuse the same request every time.
        return Failure(Category.GENERATION_ERROR, told, is_final=True, is_about_options=True)
    if code == _PERMISSION_DENIED or table.matches("stale_page", said):
        told += "; either the page is out of date or the quota is used up, the site does not say which"
        return Failure(Category.GENERATION_ERROR, told, is_stale=True)
    return Failure(Category.GENERATION_ERROR, told, is_server_error=_is_server_error(call))


def _is_limit(call: Call, said: str, table: LocatorTable) -> bool:
    code = call.facts.error_code
    # The site refuses an option that the account may not use like a limit, but waiting would not help.
    if code in _ABOUT_THE_REQUEST or table.matches("illegal_option", said):
        return False
    if call.status == _TOO_MANY or code == _RESOURCE_EXHAUSTED:
        return True
    # With a code or status of another meaning, "try again later" is only a phrase.
    return table.is_limit(said, surely=code is not None or _is_server_error(call))


def _is_server_error(call: Call) -> bool:
    return call.status is not None and call.status >= _SERVER_ERROR
