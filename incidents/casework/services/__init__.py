"""Everything that writes a record or changes its state: plain data in, one transaction, named errors.

Forms, imports, the API and the loader of the starting register are callers of these functions.
"""
