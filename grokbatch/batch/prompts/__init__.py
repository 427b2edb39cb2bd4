"""The prompt syntax: parsed, expanded, combined, and resolved to what is made."""
