"""Which browser to use: found on this machine, or installed."""
