"""Finds a browser on this machine, or installs one."""
