"""What was typed: options, named batches and videos. Loaded in every project, so nothing heavy is imported here."""
