"""The wall: a page on disk that shows all videos of a batch side by side, so that the user can choose among them."""
