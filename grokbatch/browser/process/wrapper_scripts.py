"""Start scripts around driver and browser: on Linux the kernel ends them when whoever started them dies.

A browser that hangs does not notice that its worker is gone; the kernel's signal needs nobody's help.
"""

from __future__ import annotations

import inspect
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import playwright

from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

_NODE_VARIABLE = "PLAYWRIGHT_NODEJS_PATH"
_DRIVER_SCRIPT = "grokbatch-node"

# A smaller nursery for the driver's objects saves 10 MB per worker.
_NODE_OPTIONS = ("--max-semi-space-size=1",)

# Chromium heeds only the last --enable-features and --disable-features of a command line. The script joins
# Playwright's lists, the user's and ours, whatever the version of Playwright puts into its own.
_JOIN_FEATURES = """\
on={on}
off={off}
for argument; do
  shift
  case $argument in
    --enable-features=*) on="${{argument#*=}},$on" ;;
    --disable-features=*) off="${{argument#*=}},$off" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
set -- "$@" "--enable-features=${{on%,}}" "--disable-features=${{off%,}}"
"""


def dies_with_parent() -> tuple[str, ...]:
    """Return the command that makes what follows it die with its parent; empty where there is none."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    command = (setpriv, "--pdeathsig", "KILL")
    # Busybox has a setpriv that does not know this option.
    works = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if works else ()


def guard_driver(environ: MutableMapping[str, str], folder: Path) -> None:
    """Have Playwright's driver, when it starts with `environ`, die with the process that starts it.

    Writes a start script into `folder`. Does nothing where the system offers no such thing.
    """
    node = environ.get(_NODE_VARIABLE) or _bundled_node()
    prefix = dies_with_parent()
    if node is None or not prefix or Path(node).name == _DRIVER_SCRIPT:
        return
    script = _write_script(folder / _DRIVER_SCRIPT, "", (*prefix, node, *_NODE_OPTIONS))
    if script is not None:
        environ[_NODE_VARIABLE] = str(script)


def guard_browser(executable: Path, folder: Path, enable: Sequence[str] = (), disable: Sequence[str] = ()) -> Path:
    """Return a start script for `executable` in `folder` that dies with its parent and joins feature lists.

    Returns `executable` itself where scripts cannot be run.
    """
    joining = _JOIN_FEATURES.format(on=shlex.quote(",".join(enable)), off=shlex.quote(",".join(disable)))
    script = _write_script(folder / f"grokbatch-{executable.stem}", joining, (*dies_with_parent(), str(executable)))
    return executable if script is None else script


def _bundled_node() -> str | None:
    node = Path(inspect.getfile(playwright)).parent / "driver" / "node"
    return str(node) if node.is_file() else None


def _write_script(path: Path, preparation: str, command: tuple[str, ...]) -> Path | None:
    if os.name != "posix":
        return None
    private_folder(path.parent)
    # A running script must not change: shells read it as they go.
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=_for_owner) as file:
        file.write(f'#!/bin/sh\n{preparation}exec {shlex.join(command)} "$@"\n')
    # Not so on a file system that is mounted noexec.
    return path if os.access(path, os.X_OK) else None


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o700)
