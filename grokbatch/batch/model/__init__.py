"""The data model of a batch: its keys and values, its videos, and the errors about them."""
