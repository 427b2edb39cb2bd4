"""A process that sends one message, or checks addresses; called by `grokbatch.run.notify.sending`.

It reads its task as JSON from the standard input and writes the answer as JSON to the standard output.
"""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from grokbatch.run.notify.addresses import DESKTOP

if TYPE_CHECKING:
    from collections.abc import Sequence

_APP = "grokbatch"
_CODE = re.compile(r"error=(\d{3})\b")
# The texts are arguments, not a part of the script, so that nothing in them is taken for code.
_MACOS = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"


def check(addresses: Sequence[str]) -> list[bool]:
    """Return of each address whether a message could be sent to it."""
    from apprise import Apprise

    return [each == DESKTOP or Apprise.instantiate(each) is not None for each in addresses]


def send(address: str, title: str, text: str) -> str:
    """Send a message; return an empty text, or why it could not be sent."""
    return _show(title, text) if address == DESKTOP else _post(address, title, text)


def _post(address: str, title: str, text: str) -> str:
    from apprise import Apprise

    log = io.StringIO()
    logger = logging.getLogger("apprise")
    logger.addHandler(logging.StreamHandler(log))
    target = Apprise()
    if not target.add(address):
        return "is not an address that Apprise understands"
    if target.notify(title=title, body=text):
        return ""
    # The log quotes addresses; a code of HTTP is all that is taken from it.
    code = _CODE.search(log.getvalue())
    return f"the server answered {code[1]}" if code else "the server was not reached, or took no message"


def _show(title: str, text: str) -> str:
    if sys.platform == "darwin":
        # desktop-notifier works only within a signed app there, which a Python in a virtual environment is not.
        done = subprocess.run(["/usr/bin/osascript", "-e", _MACOS, title, text], capture_output=True, check=False)
        return "" if done.returncode == 0 else "macOS did not take it"
    from desktop_notifier.sync import DesktopNotifierSync

    shown: list[bool] = []
    DesktopNotifierSync(app_name=_APP).send(title, text, on_dispatched=lambda: shown.append(True))
    return "" if shown else "no desktop took it: is anybody signed in at this computer's screen?"


def main() -> None:
    """Do the task on the standard input."""
    task: dict[str, Any] = json.load(sys.stdin)
    # What libraries print or log must not get into the answer, nor an address to where anybody sees it.
    answers, sys.stdout = sys.stdout, io.StringIO()
    logging.getLogger().addHandler(logging.NullHandler())
    answer = check(task["check"]) if "check" in task else send(**task)
    json.dump(answer, answers)


if __name__ == "__main__":
    main()
