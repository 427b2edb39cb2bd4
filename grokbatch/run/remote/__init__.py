"""Workers on other computers: what runs there, what the controller does for them, and how files come back."""
