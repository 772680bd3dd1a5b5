"""Maps of incidents, never more precise than each place's public precision."""
