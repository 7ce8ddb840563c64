"""The audit: runs of the claims, records of their cases, findings, and the JSON document."""
