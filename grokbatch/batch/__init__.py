"""Reads a batch file, checks all of it, and turns it into the specifications of its videos."""
