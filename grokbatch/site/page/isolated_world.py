"""A script in an isolated world of a page, which the page's own scripts cannot see, installed in each new document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from grokbatch.site.page.watcher import PageGoneError, is_gone

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NAME = "grokbatch"
_TRIES = 50
_PAUSE_MILLISECONDS = 20


class IsolatedWorld:
    """Evaluates the expression `script` in the page's main frame and keeps its value there under the name `ours`.

    That happens before any script of the page runs, and again in each new document.
    """

    def __init__(self, page: Page, script: str) -> None:
        self._page = page
        self._context: int | None = None
        self._session = page.context.new_cdp_session(page)
        self._session.on("Runtime.executionContextCreated", self._created)
        self._session.on("Runtime.executionContextDestroyed", self._destroyed)
        self._session.on("Runtime.executionContextsCleared", lambda _: self._forget())
        self._session.send("Page.enable")
        self._frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._session.send("Runtime.enable")
        source = f"if (window === top) globalThis.ours ??= {script};"
        told = {"source": source, "worldName": _NAME, "runImmediately": True}
        self._session.send("Page.addScriptToEvaluateOnNewDocument", told)

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of `ours`, await its promise and return its value; after a navigation, call it again.

        Raises PageGoneError, and RuntimeError if the script fails.
        """
        function = f"function (...told) {{ return ours.{method}(...told) }}"
        for _ in range(_TRIES):
            if self._context is not None:
                try:
                    return self._call(function, arguments)
                except Error:
                    self._forget()
            if is_gone(self._page):
                break
            # A new document is being loaded. Playwright handles the event that announces its world only while a call
            # waits, and it has no call that waits for an event of a session; so this waits in short steps.
            self._page.wait_for_timeout(_PAUSE_MILLISECONDS)
        raise PageGoneError("the window was closed")

    def wake(self) -> None:
        """Make a call of `next` that is under way return; safe to call from the handler of an event."""
        try:
            if self._context is not None:
                self._call("function () { return ours.wake() }", ())
        except Error:
            return  # the call returns anyway when the page is replaced or closed

    def _call(self, function: str, arguments: tuple[Any, ...]) -> Any:
        asked = {
            "functionDeclaration": function,
            "executionContextId": self._context,
            "arguments": [{"value": each} for each in arguments],
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = self._session.send("Runtime.callFunctionOn", asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"the script in the page failed: {answer['exceptionDetails'].get('exception', {})}")
        return answer["result"].get("value")

    def _created(self, event: dict[str, Any]) -> None:
        context = event["context"]
        if context["name"] == _NAME and context["auxData"].get("frameId") == self._frame:
            self._context = context["id"]

    def _destroyed(self, event: dict[str, Any]) -> None:
        if event["executionContextId"] == self._context:
            self._forget()

    def _forget(self) -> None:
        self._context = None
