"""Reload of a module: Slicer reads the module file again, its libraries are ours to forget."""

import sys


def forgetModules(*names: str) -> None:
    """Drop packages, and all below them, from ``sys.modules``: the next import reads their files again."""
    for module in list(sys.modules):
        if module.partition(".")[0] in names:
            del sys.modules[module]
