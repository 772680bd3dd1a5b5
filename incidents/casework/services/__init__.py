"""The services that write records: plain data in, one transaction, named errors.

Forms, imports, the API and the loader of the starting register call them.
"""
