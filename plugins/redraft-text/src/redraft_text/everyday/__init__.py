"""The little English of the embedded model: everyday words, and a grammar of sentences with them."""
