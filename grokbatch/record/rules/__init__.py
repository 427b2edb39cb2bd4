"""The rules of the manifest: pure functions that decide which video may be made, and what a result changes."""
