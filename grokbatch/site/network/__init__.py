"""Listens to the page's own requests, and stops requests for videos that were not asked for."""
