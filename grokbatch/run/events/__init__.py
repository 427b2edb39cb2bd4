"""The events of a run: their kinds and facts, where they come from, and those who are told of them."""
