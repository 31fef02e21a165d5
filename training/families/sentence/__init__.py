"""One sentence that uses all the given everyday words."""
