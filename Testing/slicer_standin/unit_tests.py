"""``slicer.testing``: run a module's unit tests as CTest does."""

import sys
import unittest


def runUnitTest(path, testname):
    """Run the tests of the Python module ``testname``, found in ``path``; raise when one fails."""
    sys.path.extend([path] if isinstance(path, str) else path)
    suite = unittest.TestLoader().loadTestsFromName(testname)
    if not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful():
        raise Exception("unit tests failed")
