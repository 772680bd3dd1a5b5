"""Running an installation: embedded PostgreSQL, serving, roles, backup, mirror, health checks."""
