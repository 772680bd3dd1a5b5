"""Places: regions, raions and settlements, from public codifiers."""
