"""Reads the address of a file in the site's store: whether it is a video, and which ids it holds."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

UUID = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])")
"""The form of the site's ids; ids of other forms may come."""

_VIDEO = re.compile(r"/generated_video|\.(?:mp4|webm|mov|m4v)$", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|heic)$", re.IGNORECASE)
_GENERATED = re.compile(r"(?:^|/)generated/([^/?#\s]+)/")
_OWNER = re.compile(r"(^|/)users/[^/]+/")
_LONGEST = 2_000


def is_address(text: str) -> bool:
    """Whether `text` is an address or the path of one, and not an id or prose."""
    return "/" in text and len(text) <= _LONGEST and not re.search(r"\s", text)


def is_video_address(address: str) -> bool:
    """Whether `address` is certainly that of a video."""
    return is_address(address) and bool(_VIDEO.search(_path(address)))


def is_image_address(address: str) -> bool:
    """Whether `address` is certainly that of a picture."""
    return is_address(address) and bool(_IMAGE.search(_path(address)))


def id_in(address: str) -> str:
    """Return the id of the file at `address`, which is not its owner's; empty if it holds none."""
    generated = _GENERATED.search(address)
    if generated:
        return generated[1]
    return next(iter(ids_in(address)[::-1]), "")


def ids_in(address: str) -> list[str]:
    """Return all ids in `address` except that of the file's owner."""
    return UUID.findall(_OWNER.sub(r"\1", address))


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""  # such as an open bracket in the host
