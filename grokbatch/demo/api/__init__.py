"""The built-in site's API: posts, lists, submits and their replies."""
