"""Models of the time from beat to beat, and inside the beat."""
