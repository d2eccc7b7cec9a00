"""Dialogs: preferences, batch, blind comparison, about, log."""
