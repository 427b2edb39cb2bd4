"""What the commands share: the console, accounts, and where the results lie."""
