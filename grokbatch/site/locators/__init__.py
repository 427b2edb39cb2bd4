"""The table of where things are on the site, and the user's own tables laid over it."""
