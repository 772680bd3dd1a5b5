"""Exports of the register: its tables, their columns, and the file formats."""
