"""Texts to issues, stance, contrast, novelty."""
