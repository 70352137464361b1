"""What every request passes: who asks, its size and form, errors in the hosted shape."""
