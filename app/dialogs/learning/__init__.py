"""The dialog that learns a style, and the preferences of learned styles."""
