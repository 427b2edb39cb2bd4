"""What a computer says of itself is what is understood of a host."""

from __future__ import annotations

from grokbatch.hosts.code_digest import code_digest
from grokbatch.hosts.facts import GrokbatchFacts
from grokbatch.hosts.on_host.grokbatch_facts import grokbatch_facts


def test_this_computer_tells_what_is_asked() -> None:
    told = GrokbatchFacts.model_validate(grokbatch_facts())
    assert told.digest == code_digest()
    assert told.memory > 0
