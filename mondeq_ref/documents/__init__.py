"""JSON documents: exact numbers, cases and provenance."""
