"""The style of figures, and the writer of their files."""
