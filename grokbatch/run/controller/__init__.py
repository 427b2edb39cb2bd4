"""What the controller does: opens the run, schedules its workers, and closes it."""
