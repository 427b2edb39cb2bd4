"""What is remembered of a run: the manifest, the outcomes in it, and the time it counts by."""
