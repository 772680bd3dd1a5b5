"""The register to take away: its tables, column by column, and the formats that they are written in."""
