"""Up to which size integers decide: the one place that says it."""

# Units; from here on floats with proven error bounds decide, except what only integers can.
# Rungs 1 to 4 of one bit-width take integers about 10 s at 200 units, 25 s at 300, 45 s at 400.
EXACT_BELOW = 200
