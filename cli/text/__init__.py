"""Answers as text for people, made with rich; loaded only when text is asked for."""
