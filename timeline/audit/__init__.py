"""Whether a log is in order, and what it was: reading it through, and what is said of it."""
