"""The benchmark: `python -m tests.bench` compares grokbatch with a naive script on the built-in site."""
