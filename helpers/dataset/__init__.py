"""A training file before its upload: what is wrong with it, how long it is, what it costs."""
