"""Backups: one encrypted file with all data that cannot be generated again, and its restore."""
