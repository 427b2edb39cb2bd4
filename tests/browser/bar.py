"""The bar of a session, as a person sees and uses it: no script of the page can reach into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import CDPSession, Page


_MIDDLE = """(selector) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box?.width && [box.x + box.width / 2, box.y + box.height / 2];
}"""


def click(selector: str) -> Callable[[Page], None]:
    """Click the middle of an element with the mouse, whatever it is and wherever that leads."""

    def act(page: Page) -> None:
        # Found and measured in one go: some pages replace the element all the time.
        middle = page.wait_for_function(_MIDDLE, arg=selector).json_value()
        page.mouse.click(*middle)

    return act


def press_on_bar(label: str) -> Callable[[Page], None]:
    """Press a button of the bar."""

    def act(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        button = next(node for node in _bar(session) if node["nodeName"] == "BUTTON" and label in "".join(_texts(node)))
        corners = session.send("DOM.getBoxModel", {"nodeId": button["nodeId"]})["model"]["content"]
        page.mouse.click((corners[0] + corners[4]) / 2, (corners[1] + corners[5]) / 2)

    return act


def bar_says(page: Page, text: str) -> None:
    """Wait until the bar says something."""
    session = page.context.new_cdp_session(page)
    wait_until(lambda: text in " ".join(each for node in _bar(session) for each in _texts(node)), text, 30)


def _bar(session: CDPSession) -> list[dict[str, Any]]:
    document = session.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
    roots = [
        root for node in _walk(document) for root in node.get("shadowRoots", ()) if root["shadowRootType"] == "closed"
    ]
    return [node for root in roots for node in _walk(root)]


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for key in ("children", "shadowRoots"):
        for child in node.get(key, ()):
            yield from _walk(child)


def _texts(node: dict[str, Any]) -> list[str]:
    return [each["nodeValue"] for each in _walk(node) if each["nodeName"] == "#text"]
