"""Reads the site's requests and replies: pure functions on their text."""
