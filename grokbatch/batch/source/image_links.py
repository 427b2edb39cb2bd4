"""Draws conclusions from how a batch writes the addresses of its images: the site to use, and notes about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.batch.model.errors import KeyPath, Problem, label_of
from grokbatch.batch.model.permalink import DEMO
from grokbatch.batch.source.reader import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.permalink import ImageLink
    from grokbatch.batch.source.reader import Reading


def settle_links(batch: Batch, reading: Reading) -> Batch:
    """Return the batch with the site of its images, and with notes about addresses that were not in the plain form.

    Only a site on this computer is taken from an address. Any other may be a mistake, so the batch must name it.
    """
    links = list({link.text: link for link in reading.links}.values())
    site = batch.site if "site" in reading.said else _common_local_site(links)
    settled = batch.model_copy(update={"site": site})
    for link in links:
        if link.origin is not None and site not in {DEMO, link.origin}:
            _tell_other_site(link, settled.site_name, reading)
    implied = [f"{reading.path}: the image is on {site}, and the videos are made there"] if site != batch.site else []
    return settled.model_copy(update={"notes": (*settled.notes, *implied, *_mended(links, reading))})


def _common_local_site(links: list[ImageLink]) -> str | None:
    first = links[0] if links else None
    is_common = first is not None and first.is_local and {link.origin for link in links} == {first.origin}
    return first.origin if first and is_common else None


def _tell_other_site(link: ImageLink, site: str, reading: Reading) -> None:
    reason = f"is on {link.origin}, but the videos are made on {site}: correct it, or write `site: {link.origin}`"
    key, *place = _place_of(link, reading)
    reading.problem(str(key), reason, place, label_of((key, *place)))


def _mended(links: list[ImageLink], reading: Reading) -> Iterator[str]:
    """Yield one note about all addresses that were not written in the plain form, if there are any."""
    mended = [link for link in links if link.text != link.address]
    if len(mended) == 1:
        key, *place = _place_of(mended[0], reading)
        said, label = reading.said[str(key)], label_of((key, *place))
        yield str(Problem(said.path, said.value.within(place).line, label, f"read as {mended[0].address}"))
    elif mended:
        plain = f"in their plain form, such as {mended[0].address}"
        yield f"{reading.path}: {len(mended)} addresses of images are read {plain}"


def _place_of(link: ImageLink, reading: Reading) -> KeyPath:
    """Return the place where an address is first used; for an address in a table, the place of the table's name."""
    for key in LINKS:
        value = reading.said[key].value if key in reading.said else None
        if value is not None and value.plain == link.text:
            return (key,)
        for at, item in enumerate(value.items if value else ()):
            if item.plain == link.text:
                return (key, at)
    prompts = reading.said.get("prompts")
    for at, item in enumerate(prompts.value.items if prompts else ()):
        inner = item.entry("permalink")
        if inner is not None and inner.plain == link.text:
            return ("prompts", at, "permalink")
    return ("prompts_file",)
