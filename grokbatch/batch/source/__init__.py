"""Reading a batch file and its tables: keys and values with their places, and what is wrong with them."""
