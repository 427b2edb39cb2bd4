"""Work with an account that submits nothing: signing in, human checks, and visits to a page."""
