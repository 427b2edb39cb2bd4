"""Where a run's results lie: locked, taken along from earlier places, and the folder for finished files."""
