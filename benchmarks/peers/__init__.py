"""What one would build instead, each answering the same question from the same story."""
