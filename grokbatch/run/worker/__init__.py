"""What a worker does: its items, its browser, each attempt, its downloads, and what it tells the controller."""
