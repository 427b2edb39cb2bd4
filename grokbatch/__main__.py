"""The command `grokbatch`, also `python -m grokbatch`. It reacts to Ctrl+C even while its modules are being loaded."""

from __future__ import annotations

import sys
from io import TextIOWrapper

_RUNS = frozenset({"run", "resume", "demo"})
"""The subcommands that make videos: they handle an early Ctrl+C themselves, until they know what can be resumed."""

_INTERRUPTED = 2
"""The exit code of an interrupted call; not imported, because Ctrl+C may come during the import."""


def main() -> None:
    """Run the command line."""
    try:
        _call()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(_INTERRUPTED)


def _call() -> None:
    # Imported here, where Ctrl+C is handled already.
    from grokbatch.run.command_line.early_interrupt import EarlyInterrupt

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows console's encoding, for instance, lacks some characters
    if not _RUNS.isdisjoint(sys.argv[1:2]):
        EarlyInterrupt.of_process()
    from grokbatch.cli.app import app

    app()


if __name__ == "__main__":
    main()
