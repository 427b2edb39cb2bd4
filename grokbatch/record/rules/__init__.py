"""The rules of the manifest: pure functions that decide what may be claimed and what a result changes."""
