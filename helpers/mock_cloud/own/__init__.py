"""What the hosted services do not have: a page for people, faults on purpose, metering."""
