"""`grokbatch doctor`: checks whether a run can start, and says what to type if it cannot."""
