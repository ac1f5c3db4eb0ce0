"""How people look: an HTTP API and pages over the same questions as the command line."""

DISTRIBUTION = "conflict-timeline"
