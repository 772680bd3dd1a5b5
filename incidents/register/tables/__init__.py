"""The tables of exports: their columns, the metadata of a file, and the formats."""
