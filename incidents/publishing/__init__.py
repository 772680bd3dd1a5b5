"""The one door from casework to the register. Nothing else writes to the register's tables."""

from incidents.publishing.door import merge, publish, rebuild, withdraw

__all__ = ["merge", "publish", "rebuild", "withdraw"]
