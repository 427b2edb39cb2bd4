"""A stand-in for a desktop on the session bus: a notification is sent to it, and it writes down what it was to show.

Started by `dbus-run-session`, with the file to write as its argument; prints what came of sending, with and without it.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from grokbatch.run.notify.addresses import DESKTOP
from grokbatch.run.notify.sending import send

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
MESSAGE = (DESKTOP, "grokbatch", "cats: 2 of 2 done")

Texts = Annotated[list[str], DBusSignature("as")]
Server = Annotated[tuple[str, str, str, str], DBusSignature("ssss")]


class StandInDesktop(ServiceInterface):
    """The service that desktops have for notifications."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.shown: list[dict[str, str]] = []

    @dbus_method(name="GetCapabilities")
    def capabilities(self) -> Texts:
        return ["body"]

    @dbus_method(name="GetServerInformation")
    def server(self) -> Server:
        return "stand-in", "grokbatch", "1", "1.2"

    @dbus_method(name="Notify")
    def notify(
        self,
        app: DBusStr,
        _replaces: DBusUInt32,
        _icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        _actions: Texts,
        _hints: DBusDict,
        _timeout: DBusInt32,
    ) -> DBusUInt32:
        self.shown.append({"app": app, "summary": summary, "body": body})
        return len(self.shown)


async def main(file: Path) -> None:
    without = await asyncio.to_thread(send, *MESSAGE)
    bus = await MessageBus().connect()
    desktop = StandInDesktop()
    bus.export(PATH, desktop)
    await bus.request_name(NAME)
    sent = await asyncio.to_thread(send, *MESSAGE)
    bus.disconnect()
    file.write_text(json.dumps(desktop.shown))
    print(json.dumps({"with a desktop": sent, "without": without}))  # noqa: T201 - the answer to the test


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
