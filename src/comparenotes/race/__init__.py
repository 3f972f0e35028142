"""Polls to trend, house effects, lead changes, shocks, forecast, seats."""
