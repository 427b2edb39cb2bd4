"""Whether this machine has no time to spare for one more worker."""

from __future__ import annotations

SLOWEST_START = 30.0
"""Seconds from the start of a worker to its opened page that a machine with time to spare does not exceed."""
BUSY = 90.0
"""Per cent of all cores in use, from which on a machine has no time to spare."""


def is_overloaded(seconds: float, cpu_percent: float, start_delay: float = 0.0) -> bool:
    """Whether one more worker would only slow down the others: the last took `seconds`, and the cores are in use.

    `start_delay` are the seconds that the batch asks for between two browsers, which is no sign of anything.
    """
    return seconds - 2 * start_delay > SLOWEST_START and cpu_percent >= BUSY
