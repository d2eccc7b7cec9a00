"""Files that are whole or not there, where they are found, and checks of what they say."""
