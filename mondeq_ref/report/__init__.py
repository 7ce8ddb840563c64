"""How results are shown: JSON, terminal tables, progress."""
