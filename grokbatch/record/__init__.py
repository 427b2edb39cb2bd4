"""Records what happened: outcomes, the manifest that keeps them, the run directory and its log."""
