"""The processes of browsers and drivers: starts only a few at the same time, and ends them with all their children."""
