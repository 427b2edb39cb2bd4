"""The controller of a run: it opens the run, schedules the workers, and closes the run."""
