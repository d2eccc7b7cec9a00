"""Views along time: piano roll, velocity lane, velocity matrix, and their items."""
