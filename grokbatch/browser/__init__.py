"""Finds browsers, copies profiles, and launches and ends the browsers of workers."""
