"""Measurements that print their figures; `python -m benchmarks` runs all of them, each in its own process."""
