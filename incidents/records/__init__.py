"""The models of casework: records with their revisions and reviews, sources, citations, units, redactions."""
