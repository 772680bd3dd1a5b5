"""Identity of web sources: canonical URLs."""
