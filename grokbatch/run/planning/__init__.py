"""From the command line to a plan that is checked before anything starts."""
