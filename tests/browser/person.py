"""Somebody who is taught with: reads what a session asks, and does it with a mouse and a keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.site.learn.session import LearnSession


@dataclass
class Person:
    """Does what stands beside the words that are asked; `read` is all that was told."""

    page: Page
    does: dict[str, Callable[[Page], object]]

    def __post_init__(self) -> None:
        self.read: list[str] = []

    def tell(self, text: str) -> None:
        self.read.append(text)
        for asked, act in self.does.items():
            if asked in text:
                act(self.page)


def click_words(words: str) -> Callable[[Page], None]:
    """Click what bears exactly these words, with the mouse."""

    def act(page: Page) -> None:
        there = page.get_by_text(words, exact=True).first
        there.wait_for()
        box = there.bounding_box()
        assert box, words
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    return act


def learned(learn_session: LearnSession) -> dict[str, list[str]]:
    """Return what was learned, as people read it."""
    return {part: [str(each) for each in found] for part, found in learn_session.learned.items()}
