"""What a table of the register is: its columns, what a file says of itself, the formats it is written in."""
