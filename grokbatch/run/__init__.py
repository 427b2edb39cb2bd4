"""The pytest plugin: planning and opening a run, its workers, its live view, stopping and resuming."""
