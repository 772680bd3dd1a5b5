"""Full-text search: tokens, queries, ranking and snippets."""
