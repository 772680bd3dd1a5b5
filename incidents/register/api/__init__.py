"""The read-only programming interface: the tables of the exports, page by page, as JSON."""
