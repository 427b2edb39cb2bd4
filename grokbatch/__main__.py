"""`python -m grokbatch` is the command `grokbatch`; Ctrl+C is heard while its parts are loaded, too."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from grokbatch.run.command_line.early_interrupt import EXIT_CODE, EarlyInterrupt

_RUNS = frozenset({"run", "resume", "demo"})
"""What goes on listening until it is known what can be resumed."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # what an encoding lacks, such as that of a Windows console
    try:
        if not _RUNS.isdisjoint(sys.argv[1:2]):
            EarlyInterrupt.of_process()
        from grokbatch.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_CODE)


if __name__ == "__main__":
    main()
