"""The live view: a bar and a line per worker on a terminal, plain lines everywhere else."""
