"""Graphs: what a graph file says, its proof, and its compiled form."""
