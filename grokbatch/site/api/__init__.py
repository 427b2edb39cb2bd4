"""What the site's requests and replies say: pure functions on their text."""
