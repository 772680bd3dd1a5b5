"""The filters of the public lists: filter sets, facets, orders, and the filter as a sentence."""
