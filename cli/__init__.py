"""How people ask: the command line, one file for each family of commands."""

DISTRIBUTION = "conflict-timeline"
"""Tells this package from others of the same import name."""

__all__ = ["DISTRIBUTION"]
