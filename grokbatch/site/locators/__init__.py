"""The locators of the site's controls and texts: the packaged table, and the user's tables laid over it."""
