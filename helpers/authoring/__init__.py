"""How the notebooks are made: one source per lesson gives the learner's notebook and its solutions."""
