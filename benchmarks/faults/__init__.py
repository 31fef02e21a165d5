"""Plugin faults: a hundred ways in which a plugin can be wrong, and what contains each."""
