"""Atom feeds, the sitemap and robots.txt."""
