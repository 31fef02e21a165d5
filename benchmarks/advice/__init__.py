"""How often `redraft advise` is right."""
