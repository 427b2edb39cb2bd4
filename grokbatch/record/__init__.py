"""What happened: outcomes, the manifest that remembers them, the run directory and its log."""
