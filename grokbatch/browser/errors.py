"""Errors for people: each message says what is wrong and what to type next."""


class BrowserError(Exception):
    """No usable browser, or one that would not start."""


class ProfileError(BrowserError):
    """An account's profile is missing, in use, unreadable, or cannot be copied."""
