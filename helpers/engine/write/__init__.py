"""Answering: tokens chosen one by one, several answers at once, in turns with training."""
