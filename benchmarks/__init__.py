"""How fast the engine answers, beside what one would build instead. Run `python -m benchmarks`."""
