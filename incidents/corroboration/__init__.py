"""Counting independent origins from plain data: derivation graph, origins, matrix and proposed grade."""
