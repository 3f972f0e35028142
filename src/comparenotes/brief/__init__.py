"""One set of findings, many renderers."""
