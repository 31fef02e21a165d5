"""Questions over a short passage: looked up and quoted, or calculated."""
