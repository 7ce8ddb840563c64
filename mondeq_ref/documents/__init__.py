"""What is stored: exact numbers in JSON, cases, provenance."""
