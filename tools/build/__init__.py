"""Build the packaged tables from a folder of raw files."""
