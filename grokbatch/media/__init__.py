"""Inspects video files: their properties, whether they are complete, what they show, and a poster of each."""
