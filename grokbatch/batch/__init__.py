"""What to make: a batch file is read once, checked whole, and turned into video specifications."""
