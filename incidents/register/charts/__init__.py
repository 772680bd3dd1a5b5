"""Charts of what a filter leaves: drawn here as SVG, for the page and to travel alone, each with its numbers."""
