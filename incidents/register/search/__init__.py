"""Full-text search: tokens, questions, ranking and snippets."""
