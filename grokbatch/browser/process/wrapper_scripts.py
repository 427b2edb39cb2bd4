"""Start scripts for the driver and the browser, so that on Linux the kernel kills them when their parent dies.

A browser that hangs would not notice by itself that its worker is gone.
"""

from __future__ import annotations

import inspect
import os
import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import playwright

from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

_NODE_VARIABLE = "PLAYWRIGHT_NODEJS_PATH"
_DRIVER_SCRIPT = "grokbatch-node"

# A smaller space for new objects in the driver's heap saves 10 MB per worker.
_NODE_OPTIONS = ("--max-semi-space-size=1",)
# What the C library keeps for each of the driver's threads, 5 MB in all, is kept once.
_ONE_ARENA = "export MALLOC_ARENA_MAX=1\n"
# Compiled code from earlier runs saves a sixth of the driver's start, and 4 MB. A Node that is too old ignores it.
_COMPILED = "export NODE_COMPILE_CACHE={cache}\n"

_DRIVERS_OWN = "unset MALLOC_ARENA_MAX NODE_COMPILE_CACHE\n"

# Of several --enable-features or --disable-features switches, Chromium uses only the last one. The script therefore
# joins the lists of Playwright, of the user and of grokbatch.
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
    """Return the beginning of a command line whose program is killed when its parent dies; empty if there is none."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    command = (setpriv, "--pdeathsig", "KILL")
    # BusyBox's setpriv does not have this option.
    works = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if works else ()


def guard_driver(environ: MutableMapping[str, str], folder: Path, cache: Path) -> None:
    """Change `environ` so that Playwright's driver, started with it, is killed when the process that starts it dies.

    Writes a start script into `folder`; the driver then also needs less memory, and keeps compiled code in `cache`.
    Does nothing if the system does not support that.
    """
    node = environ.get(_NODE_VARIABLE) or _bundled_node()
    prefix = dies_with_parent()
    if node is None or not prefix or Path(node).name == _DRIVER_SCRIPT:
        return
    preparation = _ONE_ARENA
    with suppress(OSError):  # it works without
        preparation += _COMPILED.format(cache=shlex.quote(str(private_folder(cache))))
    script = _write_script(folder / _DRIVER_SCRIPT, preparation, (*prefix, node, *_NODE_OPTIONS))
    if script is not None:
        environ[_NODE_VARIABLE] = str(script)


def guard_browser(executable: Path, folder: Path, enable: Sequence[str] = (), disable: Sequence[str] = ()) -> Path:
    """Write a start script for `executable` into `folder`, which is killed with its parent and joins feature lists.

    Returns the script, or `executable` itself if scripts cannot be run.
    """
    joining = _DRIVERS_OWN + _JOIN_FEATURES.format(on=shlex.quote(",".join(enable)), off=shlex.quote(",".join(disable)))
    script = _write_script(folder / f"grokbatch-{executable.stem}", joining, (*dies_with_parent(), str(executable)))
    return executable if script is None else script


def _bundled_node() -> str | None:
    node = Path(inspect.getfile(playwright)).parent / "driver" / "node"
    return str(node) if node.is_file() else None


def _write_script(path: Path, preparation: str, command: tuple[str, ...]) -> Path | None:
    if os.name != "posix":
        return None
    private_folder(path.parent)
    # The old script is replaced and not changed, because shells read a script while they run it.
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=_for_owner) as file:
        file.write(f'#!/bin/sh\n{preparation}exec {shlex.join(command)} "$@"\n')
    # It cannot be executed on a file system that is mounted with noexec.
    return path if os.access(path, os.X_OK) else None


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o700)
