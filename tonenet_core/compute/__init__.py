"""Compute devices, worker processes and clusters."""
