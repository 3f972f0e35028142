"""Texts to issues, stance, contrast and novelty."""

from __future__ import annotations
