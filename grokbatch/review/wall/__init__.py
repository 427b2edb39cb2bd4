"""The wall: one page on disk that shows all videos of a batch side by side, to choose from."""
