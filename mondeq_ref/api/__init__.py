"""The public functions of `mondeq_ref`: they check their arguments and call the other packages."""
