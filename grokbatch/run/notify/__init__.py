"""Messages to people: to addresses of Apprise, and on the desktop."""
