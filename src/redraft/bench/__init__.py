"""Where refinement pays: drafts and answers judged by a truth that no loop sees."""
