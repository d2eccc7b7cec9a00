"""The ways a model sees a Performance, each with its inverse."""
