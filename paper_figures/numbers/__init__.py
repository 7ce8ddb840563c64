"""The numbers that figures are drawn from."""
