"""The actions on the page: opening it, choosing options, typing, pressing, downloading."""
