"""A synthetic register, to measure the program with. Everything in it is invented."""
