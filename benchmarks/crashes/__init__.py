"""Writers killed at random moments, and whether the log and its view are whole afterwards."""
