"""Functions: a list or a text goes through some steps, each one line of Python."""
