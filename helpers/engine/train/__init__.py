"""Training: what is minimised, one step, the optimiser, a whole job with its checkpoints."""
