"""Addresses as they are recorded: without signatures and cache keys."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def plain_file(address: str, video_id: str) -> str:
    """Return a file's address without its query, which may hold a signature, unless the query names the video."""
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
