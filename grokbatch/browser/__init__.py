"""Which browser, which profile, and how a worker's browser is launched and ended."""
