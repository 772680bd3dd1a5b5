"""Benchmarks of the register against alternatives for the same data. Run by `make bench`."""
