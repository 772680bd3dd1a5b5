"""What the public lists can be asked: filter sets, facets, orders, and the filter as a sentence."""
