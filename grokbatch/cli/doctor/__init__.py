"""`grokbatch doctor`: whether a run could start, and what to type where it could not."""
