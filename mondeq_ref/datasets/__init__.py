"""Labeled images: IDX folders, MNIST, and glyphs drawn by this package."""
