"""The file lists of the CMakeLists.txt files against the tree.

python Testing/repository/cmake_lists.py            says what differs
python Testing/repository/cmake_lists.py --write    rewrites the lists
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class FileList:
    """One ``set(NAME files...)`` of the CMakeLists.txt in a folder, and which files belong in it."""

    folder: str
    variable: str
    scripts: bool  # Python files, or all others
    below: str = ""

    @property
    def cmake(self) -> Path:
        return ROOT / self.folder / "CMakeLists.txt"

    def listed(self) -> list[str]:
        match = re.search(
            rf"set\({self.variable}\s+(.*?)\)", self.cmake.read_text(encoding="utf-8"), re.DOTALL
        )
        if match is None:
            msg = f"{self.cmake} has no set({self.variable} ...)"
            raise LookupError(msg)
        name = self.folder
        return [item.replace("${MODULE_NAME}", name) for item in match.group(1).split()]

    def in_tree(self) -> list[str]:
        prefix = f"{self.folder}/"
        files = [path.removeprefix(prefix) for path in tracked_files() if path.startswith(prefix)]
        wanted = [path for path in files if path.startswith(self.below) and not path.startswith("Testing/")]
        return sorted(p for p in wanted if p != "CMakeLists.txt" and p.endswith(".py") == self.scripts)

    def write(self) -> None:
        text = self.cmake.read_text(encoding="utf-8")
        body = "".join(f"  {path}\n" for path in self.in_tree())
        new = re.sub(
            rf"set\({self.variable}\s+.*?\)",
            f"set({self.variable}\n{body}  )",
            text,
            count=1,
            flags=re.DOTALL,
        )
        self.cmake.write_text(new, encoding="utf-8")


LISTS = (
    FileList("interventional_oncology", "PACKAGE_SCRIPTS", scripts=True),
    FileList("interventional_oncology", "PACKAGE_RESOURCES", scripts=False),
    FileList("Resources", "RESOURCE_FILES", scripts=False),
    FileList("TreatmentResponse", "MODULE_PYTHON_SCRIPTS", scripts=True),
    FileList("TreatmentResponse", "MODULE_PYTHON_RESOURCES", scripts=False),
    FileList("AblationPlanner", "MODULE_PYTHON_SCRIPTS", scripts=True),
    FileList("AblationPlanner", "MODULE_PYTHON_RESOURCES", scripts=False),
)


def tracked_files() -> list[str]:
    """Return the files git knows or would add, with forward slashes, from the root.

    Without git, or in an unpacked archive: all files but those that tools make.
    """
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return _files_in_folder()
    return [path for path in run.stdout.split("\n") if path and (ROOT / path).exists()]


def _files_in_folder() -> list[str]:
    made = {"__pycache__", "demo-output", "build", "dist"}
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    kept = (
        path for path in files if not made & {*path.parts} and not any(p.startswith(".") for p in path.parts)
    )
    return sorted(path.as_posix() for path in kept)


def main() -> int:
    """Compare or rewrite all lists; return 1 if one differs."""
    differ = [files for files in LISTS if files.listed() != files.in_tree()]
    for files in differ:
        if "--write" in sys.argv:
            files.write()
        sys.stdout.write(f"{files.cmake.relative_to(ROOT)}: {files.variable} differs from the tree\n")
    return 0 if "--write" in sys.argv else int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
