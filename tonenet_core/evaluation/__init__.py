"""Figures of trained models on held-out pieces, as tables and pictures."""
