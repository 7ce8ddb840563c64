"""The backward pass: adjoints of equilibria, and gradients computed from them."""
