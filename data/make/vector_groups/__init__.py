"""The families of the vectors, one file an operation or a few alike."""
