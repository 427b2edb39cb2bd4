"""Launches browsers: on a worker's copy of a profile, for signing in, and to create an account."""
