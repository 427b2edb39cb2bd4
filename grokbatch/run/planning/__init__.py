"""Planning: makes the plan of a call from its command line, and checks it before anything starts."""
