"""The specs of a call's workers, as pytest-xdist takes them: where each leads, and how many stay on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import execnet

if TYPE_CHECKING:
    import pytest

_LONGEST_NAME = 40


def is_elsewhere(spec: Any) -> bool:
    """Whether an execnet spec leads to another computer, or to another folder of this one, which is treated alike."""
    return not spec.popen or bool(spec.chdir)


def host_of(spec: Any) -> str:
    """Return the name of a worker's host: that of its id, such as `studio-1`, or else where ssh leads."""
    name, dash, number = (spec.id or "").rpartition("-")
    if dash and number.isdecimal():
        return str(name)
    words = (spec.ssh or "").split()
    return str(words[-1].rpartition("@")[2])[:_LONGEST_NAME] if words else "here"


def count_workers(config: pytest.Config) -> tuple[int, int]:
    """Return the number of workers on other computers, and of those here; 1 here if this process makes the videos."""
    if not config.getoption("tx", None):
        return 0, 1
    # Imported here: only a call with workers needs it.
    from xdist.workermanage import parse_tx_spec_config

    specs = [execnet.XSpec(each) for each in parse_tx_spec_config(config)]
    elsewhere = sum(map(is_elsewhere, specs))
    return elsewhere, len(specs) - elsewhere
