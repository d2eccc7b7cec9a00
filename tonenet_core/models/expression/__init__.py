"""Models of expressive performance: how a style plays given notes."""
