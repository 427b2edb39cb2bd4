"""A batch of two images, axes, a table and options of its own, edited in the middle: only the new videos are made."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from grokbatch.demo.state.journal import digest
from tests.e2e.demo_process import check_each_made_once
from tests.e2e.user import PERMALINK

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

OTHER = PERMALINK.replace("0f0e0d0c", "1f1e1d1c")
IMAGES = [PERMALINK.rpartition("/")[2], OTHER.rpartition("/")[2]]
HEADER = ["prompt", "name", "count", "duration"]
BAY = ["{camera} pan, the heron crosses the bay", "bay", "", "10s"]
REEDS = ['the "old" heron; it hides in the reeds', "reeds", "", ""]
NEST = ["the heron builds its nest,\nslowly", "nest", "", ""]


def write_table(user: User, *rows: list[str]) -> None:
    """Write the table as a spreadsheet does."""
    with (user.path / "prompts.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])


def submitted(site: DemoProcess) -> Counter[tuple[str, str, str]]:
    """Return what the site was asked for: the image, the prompt's digest, the length of the video."""
    return Counter(
        (entry["post"], entry["prompt"], str((entry["options"] or {}).get("videoLength")))
        for entry in site.journal("submit")
    )


def wanted(*asked: tuple[str, int]) -> Counter[tuple[str, str, str]]:
    """Return the same for each of the prompts and lengths asked for, of both images."""
    return Counter({(image, digest(text), str(length)): 1 for image in IMAGES for text, length in asked})


@pytest.mark.slow
def test_after_an_edit_in_the_middle_only_the_new_videos_are_submitted(user: User, site: DemoProcess) -> None:
    """Each video is asked for once, with its own prompt, image and length, over two runs."""
    site.play(era="C", generation=0.2, url_after="same")
    write_table(user, BAY, REEDS)
    axes = {"camera": ["slow", "fast"]}
    links = [PERMALINK, OTHER]
    rest: dict[str, object] = {"permalink": None, "prompt": None, "count": None, "duration": 6, "site": site.origin}
    user.write_batch("cats", **rest, permalinks=links, prompts_file="prompts.csv", axes=axes)
    first = wanted(("slow pan, the heron crosses the bay", 10), ("fast pan, the heron crosses the bay", 10))
    first += wanted((REEDS[0], 6))
    code, said = user.run("cats.yaml", "-n0")
    assert code == 0, said
    assert submitted(site) == first
    assert len(site.journal("open")) <= 2, "a worker opens another image only when it must"
    write_table(user, BAY, NEST, REEDS)
    code, said = user.run("cats.yaml", "-n0")
    assert code == 0, said
    assert submitted(site) - first == wanted((NEST[0], 6))
    check_each_made_once(site, user.manifest())
    assert set(user.statuses()) >= {"bay-slow-01", "bay-fast-02", "nest-02", "reeds-02"}
