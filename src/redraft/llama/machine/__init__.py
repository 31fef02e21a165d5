"""What the machine can carry: processors, memory, GPUs, and what a step costs on them."""
