"""The results as people see them: the terminal summary, the HTML report, the wall, and copies of them to share."""
