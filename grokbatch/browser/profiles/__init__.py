"""The profiles of accounts: finds them, checks whether a browser has them open, and copies them for workers."""
