"""Remembers: the tables, their migrations, and the sealing of secrets."""
