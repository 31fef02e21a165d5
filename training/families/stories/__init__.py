"""Short stories, each told in one sentence: who, what was wanted, how it ended."""
