"""The clips that the built-in site serves, and video files of any length made from them."""
