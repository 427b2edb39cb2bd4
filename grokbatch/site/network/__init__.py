"""Listening to the page's own requests, and holding back those that are not what was asked for."""
