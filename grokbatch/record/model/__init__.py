"""The data models of the record: the manifest, outcomes, results for hooks, and the clock of a run."""
