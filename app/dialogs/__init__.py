"""What opens over the window: preferences, batch, blind comparison, about, log."""
