"""The built-in site's pages and files: what browsers load, and the control endpoint."""
