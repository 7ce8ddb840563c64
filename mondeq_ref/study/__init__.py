"""What needs both solving and certifying: bit-width tables, effects, published runs."""
