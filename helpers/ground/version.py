"""The one version number: of the course, of its package and of the mock cloud."""

VERSION = "0.2.0"
