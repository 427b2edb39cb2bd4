"""Addresses as they are recorded: without what only lets one in, or past a cache."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def plain_file(address: str, video_id: str) -> str:
    """Return a file's address without its query, which may be signed, unless it is what names the video."""
    parts = urlsplit(address)
    query = parts.query if video_id and video_id in parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def plain_page(address: str) -> str:
    """Return a page's address without its fragment."""
    return urlunsplit((*urlsplit(address)[:4], ""))


def path_of(address: str) -> str:
    """Return the path of an address without a slash at its end."""
    return urlsplit(address).path.rstrip("/")


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
