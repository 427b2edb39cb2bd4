"""Signing in, human checks, and visits with an account that submit nothing."""
