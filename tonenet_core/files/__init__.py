"""Files: atomic writing, locations, and checks of their contents."""
