"""Output for people and programs: JSON, terminal tables, progress."""
