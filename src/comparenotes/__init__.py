"""Put election campaigns side by side and say what one can learn from the other."""
