"""llama.cpp itself: its library, models and contexts, behind typed Python."""
