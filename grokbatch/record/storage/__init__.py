"""What lies on the disk: the manifest under its lock, the run directory, the accounts, and where they are."""
