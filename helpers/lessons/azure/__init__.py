"""What notebook 04 measures and shows: tone and facts, the blind vote, the bill, advice on errors."""
