"""A crashed session restored: snapshots of the session on disk while the program runs."""
