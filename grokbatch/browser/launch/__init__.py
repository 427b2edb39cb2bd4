"""Launching a browser: on a worker's copy, for signing in, or to make an account."""
