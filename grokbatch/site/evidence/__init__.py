"""What is kept of a failure, without what is private."""
