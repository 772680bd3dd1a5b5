"""Charts of the filtered list: SVG rendered on the server, for a page and as files, each with its numbers."""
