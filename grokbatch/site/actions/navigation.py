"""Opens a page of the site, and recognises a failure in the site's answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.record.model.outcome import Category
from grokbatch.site.api.times import utc_now
from grokbatch.site.network.generation_requests import retry_time
from grokbatch.site.outcome.failures import Failure, human_check, signed_out
from grokbatch.site.page.watcher import PageGoneError, is_gone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playwright.sync_api import Page, Response


def open_page(
    page: Page, address: str, seconds: float, today: Callable[[], datetime] = utc_now
) -> Failure | int | None:
    """Load `address` within `seconds`; return the HTTP status, None if there is none, or a failure.

    `today` returns the time from which a wait counts that the site asks for. Raises PageGoneError.
    """
    try:
        response = page.goto(address, wait_until="commit", timeout=seconds * 1000)
    except PlaywrightTimeout:
        return Failure(Category.NETWORK_ERROR, f"the site did not answer within {seconds:g} s")
    except Error as error:
        if is_gone(page):
            raise PageGoneError("the page is gone") from None
        return Failure(Category.NETWORK_ERROR, f"the site cannot be reached ({_code(error)})")
    return None if response is None else status_or_failure(response, today())


def status_or_failure(response: Response, now: datetime) -> Failure | int:
    """Return the failure that the answer to opening a page means, or its status; it came `now`."""
    status, headers = response.status, response.headers
    if status == 403 and headers.get("cf-mitigated") == "challenge":
        return human_check()
    if status == 401:
        return signed_out()
    if status == 429:
        retry_at = retry_time(headers, now)
        return Failure(Category.RATE_LIMIT, "the site answered 429 to opening the page", retry_at)
    if status >= 500:
        return Failure(Category.NETWORK_ERROR, f"the site answered {status}")
    return status


def _code(error: Error) -> str:
    found = re.search(r"net::\w+", error.message)
    return found[0] if found else "no connection"
