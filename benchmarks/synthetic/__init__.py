"""A synthetic register for measurements. All of its content is invented."""
