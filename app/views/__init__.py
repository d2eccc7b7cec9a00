"""All that lies along time: piano roll, velocity lane, velocity matrix, and what they are drawn with."""
