"""A copy of report and wall to hand on: films and pictures, and nothing of account, addresses and prompts."""
