"""The pytest plugin: collecting batches, workers, stopping, resuming, progress."""
