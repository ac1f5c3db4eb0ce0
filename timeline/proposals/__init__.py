"""Articles to reports for a person to review, by tables and rules: no model, no network, no log."""
