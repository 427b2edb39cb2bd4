"""What people look at: the terminal summary and the HTML report."""
