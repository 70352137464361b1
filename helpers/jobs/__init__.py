"""A fine-tuning job from the learner's side: watched, read, drawn, and cleaned up after."""
