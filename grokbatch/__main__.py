"""`python -m grokbatch` is the command `grokbatch`."""

from grokbatch.cli.app import main

if __name__ == "__main__":
    main()
