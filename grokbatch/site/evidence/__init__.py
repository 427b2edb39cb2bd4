"""The evidence of a failure, without what is private."""
