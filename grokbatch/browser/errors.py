"""The errors about browsers and profiles. Each message says what is wrong and what to type next."""


class BrowserError(Exception):
    """There is no usable browser, or the browser does not start."""


class ProfileError(BrowserError):
    """The profile of an account is missing, in use or unreadable, or cannot be copied."""
