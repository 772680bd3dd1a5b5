"""The read-only API: the tables of the exports as JSON, page by page."""
