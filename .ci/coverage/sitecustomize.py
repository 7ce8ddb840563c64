"""Measure coverage of the README's test command, which is run as it is printed.

Python imports this file at its start where its folder is on the path.  It measures the process
that runs pytest and no other: tests that look at what a fresh interpreter loads stay true.
"""

import os
import sys

if "COVERAGE_PROCESS_START" in os.environ and "pytest" in sys.orig_argv:
    import coverage

    coverage.process_startup()
