"""Providers to findings to verdicts."""
