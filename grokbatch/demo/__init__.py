"""The built-in site: a real HTTP server on which every batch can be rehearsed. Imports nothing else of grokbatch."""
