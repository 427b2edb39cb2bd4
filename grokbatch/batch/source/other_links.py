"""Recognises addresses that are mistaken for the permalink of an image, and says where the right one is found."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from grokbatch.batch.model.permalink import REAL_ORIGIN, read_link

_COPY = f"open the image on {REAL_ORIGIN.removeprefix('https://')} and copy the address that the browser shows then"
_X = frozenset({"x.com", "twitter.com", "t.co"})
_FILE_HOSTS = frozenset({"imagine-public.x.ai", "assets.grok.com", "videos.grok.com"})
_PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|webp)$", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:m4v|mov|mp4|webm)$", re.IGNORECASE)
_SHARE = re.compile(r"/(?:share|s)(?:/|$)", re.IGNORECASE)
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def where_to_look(text: str) -> str:
    """Return what kind of address `text` is, and where to find the permalink; empty if the kind is not known."""
    kind = _kind(text.strip("<>\"' \t\r\n"))
    return f"this is {kind}; {_COPY}" if kind else ""


def _kind(text: str) -> str:
    host, path = _host_and_path(text)
    if host in _X:
        return "a link on X"
    place = path or host
    if host in _FILE_HOSTS or _PICTURE.search(place) or _VIDEO.search(place):
        return f"the address of a {'video' if _VIDEO.search(place) else 'picture'} file, not of the image's page"
    if host != "grok.com":
        return f"an image on another site, {host}, which the batch does not name (`site:`)" if _is_post(text) else ""
    return "a share link" if _SHARE.search(path) else "another page of grok.com"


def _host_and_path(text: str) -> tuple[str, str]:
    try:
        parts = urlsplit(text if _HAS_SCHEME.match(text) else f"//{text.lstrip('/')}")
        host = parts.hostname or ""
    except ValueError:  # for instance an opening bracket without a closing one
        return "", text
    return host.removeprefix("www.").removeprefix("mobile."), parts.path


def _is_post(text: str) -> bool:
    try:
        read_link(text)
    except ValueError:
        return False
    return True
