"""Here a training file is one of the Azure surface."""

from tests.azure_surfaces import training_file

__all__ = ["training_file"]
