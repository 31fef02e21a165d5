"""The engine: GGUF models, run in the process by llama.cpp."""
