"""Certificates: the rungs of the ladder, how a proof is written, and how it is checked."""
