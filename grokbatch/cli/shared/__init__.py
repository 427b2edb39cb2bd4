"""Modules that several commands share: the console, accounts, and where results are."""
