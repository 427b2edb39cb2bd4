"""The built-in site's pages and files, and the control endpoint."""
