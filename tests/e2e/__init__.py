"""Whole runs as a user starts them: real processes, real signals, and mostly real browsers."""
