"""What can be reported: the vocabulary of events, and the documents they are written in.

Importing this package loads none of its modules: a question that needs only `events.when` stays
light.
"""

DISTRIBUTION = "conflict-timeline"
"""Tells this package from others of the same import name; the command line checks it."""

__all__ = ["DISTRIBUTION"]
