"""The catalog: GGUF files, found and looked into before anything loads them."""
