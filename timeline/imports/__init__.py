"""Data sets as they are published, read by profiles: tables in YAML that map columns to reports."""
