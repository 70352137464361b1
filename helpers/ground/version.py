"""The one version number: of the course, of its package and of the mock cloud."""

VERSION = "0.2.0"
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
"""The Pythons that the course runs on, and is tested with."""
