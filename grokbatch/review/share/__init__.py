"""A copy of report and wall to hand on: video files and pictures, and nothing of account, addresses and prompts."""
