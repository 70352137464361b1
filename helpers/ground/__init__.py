"""What everything stands on: paths, clock, settings, texts, errors, the version."""
