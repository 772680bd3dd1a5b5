"""Independence counted from plain data: derivation graph, origins, matrix and proposed grade."""
