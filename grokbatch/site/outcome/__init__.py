"""Decides the outcome of a submit: pure rules on what the page shows and receives."""
