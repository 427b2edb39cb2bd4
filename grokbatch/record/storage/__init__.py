"""What is kept on disk: manifests, run directories, accounts, picks and sidecars."""
