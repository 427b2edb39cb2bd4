"""The processes of browsers and drivers: started a few at a time, and ended with all their children."""
