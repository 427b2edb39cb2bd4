"""The built-in site's memory: users, posts, videos, submits, and what outlives a restart."""
