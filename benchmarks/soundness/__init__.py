"""Whether lint keeps its word: random graphs, run to their ends, and mutations, each of which breaks one rule."""
