"""A copy of report and wall to give to others: with video files and posters, without account, addresses and prompts."""
