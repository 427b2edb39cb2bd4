"""The test suite, by kind."""
