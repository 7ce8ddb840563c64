"""The audit: run the claims, judge one case, add up the findings, write the document."""
