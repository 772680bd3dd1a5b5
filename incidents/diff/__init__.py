"""The comparison of two contents, for conflicts, review, history and editions."""
