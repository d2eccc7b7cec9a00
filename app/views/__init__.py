"""Views along time, their frame and their items: piano roll, velocity matrix."""
