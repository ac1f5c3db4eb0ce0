"""The questions a log answers: one module for each, loaded when it is asked."""
