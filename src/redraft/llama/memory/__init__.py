"""What a model has computed: sequences in its context, and their states in host memory and on disk."""
