"""The built-in site's state: sessions, posts, videos, submits, the journal, and what survives a restart."""
