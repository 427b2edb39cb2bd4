"""A desktop that can be asked not to sleep: a session bus with a stand-in for the service that desktops have for it.

Run as a program within `dbus-run-session`, with the service's name: it prints the address of the bus, then a line for
whatever it is asked, and when whoever asked has left the bus.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

GNOME, OTHERS = "org.gnome.SessionManager", "org.freedesktop.PowerManagement"
_COOKIE = 7


@dataclass(frozen=True)
class Desktop:
    """A running desktop: the address of its bus, and the file with what it was asked."""

    address: str
    output: Path

    def asked(self) -> list[str]:
        """Return what was asked so far: `inhibit`, `uninhibit`, and `gone` for whoever did not say the latter."""
        return self.output.read_text(encoding="utf-8").splitlines()[1:]


@contextmanager
def desktop(service: str, output: Path) -> Iterator[Desktop]:
    """Run a desktop with `service` while the block lasts."""
    command = ["dbus-run-session", "--", sys.executable, str(Path(__file__)), service]
    with output.open("wb") as file, subprocess.Popen(command, stdout=file) as process:
        try:
            while not (lines := output.read_text(encoding="utf-8").splitlines()):
                assert process.poll() is None, "the desktop has ended"
            yield Desktop(lines[0], output)
        finally:
            # The stand-in first: dbus-run-session ends with it, but not the other way round.
            for each in psutil.Process(process.pid).children(recursive=True):
                each.kill()


def _serve(service: str) -> None:
    from jeepney import HeaderFields, MatchRule, MessageType, message_bus, new_method_return
    from jeepney.io.blocking import open_dbus_connection

    bus = open_dbus_connection()
    bus.send_and_get_reply(message_bus.RequestName(service))
    bus.send_and_get_reply(message_bus.AddMatch(MatchRule(type="signal", member="NameOwnerChanged")))
    _say(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    asking = ""
    while True:
        message = bus.receive()
        fields = message.header.fields
        member = fields.get(HeaderFields.member)
        if message.header.message_type is MessageType.signal:
            if asking and tuple(message.body[:1]) == (asking,) and not message.body[2]:
                _say("gone")
                asking = ""
        elif member == "Inhibit":
            asking = fields[HeaderFields.sender]
            _say("inhibit")
            bus.send(new_method_return(message, "u", (_COOKIE,)))
        elif str(member).lower() == "uninhibit":
            assert message.body == (_COOKIE,)
            asking = ""
            _say("uninhibit")
            bus.send(new_method_return(message))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
