"""The specs of a call's workers, as pytest-xdist takes them: how many are on this computer, and how many elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import execnet

from grokbatch.run.remote.plan_there import is_elsewhere

if TYPE_CHECKING:
    import pytest


def count(config: pytest.Config) -> tuple[int, int]:
    """Return the number of workers on other computers, and of those here; 1 here if this process makes the videos."""
    if not config.getoption("tx", None):
        return 0, 1
    # Imported here: only a call with workers needs it.
    from xdist.workermanage import parse_tx_spec_config

    specs = [execnet.XSpec(each) for each in parse_tx_spec_config(config)]
    elsewhere = sum(map(is_elsewhere, specs))
    return elsewhere, len(specs) - elsewhere
