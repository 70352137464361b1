"""`python -m helpers.mock_cloud`: run the mock cloud in this process until it is told to stop."""

from __future__ import annotations

import sys

from helpers.mock_cloud.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
