"""How good answers are: many questions asked at once, scores with intervals, evidence."""
