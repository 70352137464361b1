"""What a learner sees: figures, colours, HTML and live widgets, each with words beside it."""
