"""Finds one control of the table, by its alternatives in their order, and clicks it; slower than the watcher."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.page.watcher import PageGoneError, is_gone

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from grokbatch.site.locators.table import ControlName, LocatorTable


class NotThereError(Exception):
    """A control did not show, or could not be clicked; `control` is its name in the table."""

    def __init__(self, control: ControlName, table: LocatorTable, problem: str = "was not found on the page") -> None:
        super().__init__(f'the control "{control}" {problem}; tried: {table.tried(control)}')
        self.control = control


@dataclass(frozen=True)
class Reach:
    """Finds and clicks controls on `page`; each step may take `seconds`. All methods raise PageGoneError."""

    page: Page
    table: LocatorTable
    seconds: float

    def find(self, control: ControlName, seconds: float | None = None) -> Locator:
        """Wait for `control` and return the first visible element of its first alternative; raises NotThereError."""
        shown = [each.locate(self.page).filter(visible=True) for each in self.table.controls[control]]
        milliseconds = (self.seconds if seconds is None else seconds) * 1000
        try:
            reduce(lambda one, other: one.or_(other), shown).first.wait_for(state="visible", timeout=milliseconds)
            return next((each.first for each in shown if each.count()), shown[0].first)
        except Error as error:
            raise self._problem(control, error) from None

    def is_there(self, control: ControlName) -> bool:
        """Whether `control` is on the page now."""
        return any(each.locate(self.page).filter(visible=True).count() for each in self.table.controls[control])

    def click(self, control: ControlName) -> None:
        """Click `control`; raises NotThereError."""
        target = self.find(control)
        try:
            target.click(timeout=self.seconds * 1000)
        except Error as error:
            raise self._problem(control, error, is_found=True) from None

    def _problem(self, control: ControlName, error: Error, *, is_found: bool = False) -> Exception:
        if is_gone(self.page):
            return PageGoneError("the page is gone")
        late = isinstance(error, PlaywrightTimeout) and not is_found
        return NotThereError(control, self.table) if late else NotThereError(control, self.table, "cannot be clicked")
