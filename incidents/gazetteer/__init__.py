"""Places: regions, raions and settlements, as the public codifiers know them."""
