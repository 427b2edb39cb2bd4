"""Looking at a page from inside: what can be seen, waited for, found, and how long that may take."""
