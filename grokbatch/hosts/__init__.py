"""Hosts, the other computers that make videos, too: how each is reached over SSH, looked at, and set up."""
