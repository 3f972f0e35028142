"""Readers of the poll formats found in the world."""
