"""What runs in the fresh interpreter around one command: the standard library only, never the rest of redraft."""
