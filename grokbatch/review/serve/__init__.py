"""Gives out the wall on this computer, so that picks are saved by themselves and new videos appear."""
