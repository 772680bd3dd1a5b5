"""Whether two web sources are the same: canonical addresses."""
