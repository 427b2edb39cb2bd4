"""What a rehearsal asks of the built-in site: the scenario and its parts."""
