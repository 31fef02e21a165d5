"""The kinds of work that the embedded model learns, each with tasks, answers, mistakes and a truth of its own."""
