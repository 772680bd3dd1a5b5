"""Identity of web sources: the key that all addresses of one publication have."""
