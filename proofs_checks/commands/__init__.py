"""The commands `audit`, `hunt`, `explain` and `diff`."""
