"""The process that owns the model, and the service's end of the line to it."""
