"""The clips that the built-in site serves, and films of any length made of them."""
