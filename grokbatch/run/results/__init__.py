"""A run's results on disk: locks, moving results of earlier runs, and the folder for video files."""
