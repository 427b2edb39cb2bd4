"""The prompt syntax: parses prompts, expands their choices, and combines them into recipes."""
