"""The world's elections: base rates, error sizes, nearest campaigns."""
