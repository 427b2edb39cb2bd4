"""The commands of `grokbatch`, a module for each group; they only put together what the floors below can do."""
