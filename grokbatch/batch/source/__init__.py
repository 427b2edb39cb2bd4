"""Reads a batch file and its tables into keys and values with their positions, and reports their problems."""
