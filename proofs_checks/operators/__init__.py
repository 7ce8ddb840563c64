"""What the audit says of particular operators: those that ship, or one that was given."""
