"""Small pages for the frames of other sites."""
