"""What is done on the page: opening it, choosing options, typing, pressing, downloading."""
