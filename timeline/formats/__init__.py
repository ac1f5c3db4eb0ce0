"""Ways to write answers out: tables of claims, lines of JSON, and files with their manifest."""
