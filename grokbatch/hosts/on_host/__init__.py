"""What runs on a host itself. Two modules go there as text, for hosts without grokbatch: `basics` and `setup`."""
