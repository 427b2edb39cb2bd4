"""Times as the site's API writes them, ISO 8601 with up to nine decimals, and as this computer's clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time that this computer's clock shows, in UTC."""
    return datetime.now(UTC)


def read_time(told: object) -> datetime | None:
    """Return the time in a field, in UTC if it has no zone; None if it holds no time."""
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
        return found.replace(tzinfo=found.tzinfo or UTC) if found else None
    except ValueError:
        return None
