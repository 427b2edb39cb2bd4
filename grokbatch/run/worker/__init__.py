"""A worker process: its pytest items, its browser, its attempts and downloads, and its messages to the controller."""
