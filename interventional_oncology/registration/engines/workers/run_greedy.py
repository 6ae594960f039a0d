"""``picsl_greedy`` in a process of its own.

    python run_greedy.py FOLDER ARGUMENT ...

The arguments of greedy, with the names of files in FOLDER: greedy splits its command at spaces, which the
folder may have in its name.
"""

import os
import sys

# A launcher of Slicer between the guard and this process sets it again.
os.environ.pop("ITK_AUTOLOAD_PATH", None)


def main(arguments: list[str]) -> int:
    """Register and return the exit code."""
    import picsl_greedy

    folder, *command = arguments
    os.chdir(folder)
    picsl_greedy.Greedy3D().execute(" ".join(command))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
