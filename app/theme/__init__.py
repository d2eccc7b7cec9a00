"""Colours, colour maps, icons and the style sheet."""
