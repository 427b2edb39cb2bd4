"""Observing a page from inside: what it shows, waiting for changes, finding controls, and the timeouts."""
