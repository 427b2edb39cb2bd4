"""The command line: options, named batches and videos. Loaded in every project, so it imports nothing heavy."""
