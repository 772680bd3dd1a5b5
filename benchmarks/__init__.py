"""How fast the register is, against what else its data could be shown with. Run by `make bench`."""
