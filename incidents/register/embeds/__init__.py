"""Small pages for frames on other sites."""
