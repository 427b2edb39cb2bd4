"""The scenario: how the built-in site behaves in a rehearsal."""
