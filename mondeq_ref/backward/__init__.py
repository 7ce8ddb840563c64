"""The backward pass: adjoints of equilibria, and gradients made of them."""
