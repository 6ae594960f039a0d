"""Dependencies point one way: science <- mrml <- panels, modules, workbench and command line."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "interventional_oncology"

#: What only these folders of the package may import.
RESERVED = {
    "slicer": {"mrml", "panels", "workbench"},
    "qt": {"panels"},
    "ctk": {"panels"},
    "PySide6": set(),
    "trame": {"workbench"},
    "trame_slicer": {"workbench"},
}
#: A folder may not import these other folders of the package.
FORBIDDEN_INSIDE = {
    "mrml": {"panels", "workbench", "cli"},
    "panels": {"workbench", "cli"},
    "zones": {"phantom"},
}
OUTER = {"mrml", "panels", "workbench", "cli"}
#: `cases` runs the whole job and writes the scene: the one science folder that may reach `mrml`, where used.
MAY_REACH_MRML = {"cases"}
BUNDLED_WITH_SLICER = {"SimpleITK", "numpy", "scipy", "vtk", "vtkmodules", "slicer", "qt", "ctk"}
# Python 3.10 has no tomllib; Slicer 5.10 and later have Python 3.12.
STANDARD = set(__import__("sys").stdlib_module_names) | {"tomli", "tomllib"}

FILES = sorted(path for path in PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(tree: ast.AST, path: Path, *, at_file_scope: bool):
    """Yield the absolute dotted name of every import; with ``at_file_scope`` those run at import only."""
    nodes = tree.body if at_file_scope else list(ast.walk(tree))
    package = ("interventional_oncology", *path.relative_to(PACKAGE).parent.parts)
    for node in nodes:
        if isinstance(node, (ast.If, ast.Try)) and at_file_scope:
            # `if TYPE_CHECKING:` is for the type checker alone
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                continue
            yield from imports(ast.Module(body=node.body, type_ignores=[]), path, at_file_scope=True)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_imports_only_what_its_layer_may(path):
    here = layer(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imports(tree, path, at_file_scope=False):
        top, *rest = name.split(".")
        assert here in RESERVED.get(top, {here}), f"{here or 'the package'} imports {name}"
        if top != "interventional_oncology" or not rest:
            continue
        target = rest[0]
        assert target not in FORBIDDEN_INSIDE.get(here, set()), f"{here} imports {name}"
        if here not in OUTER and target in OUTER and path.name != "__main__.py":
            assert target == "mrml", f"science file imports {name}"
            assert here in MAY_REACH_MRML, f"science file imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_file_scope_imports_are_bundled_with_slicer(path):
    """Slicer's index refuses an extension that imports other packages at file scope."""
    if layer(path) == "workbench":
        pytest.skip("the workbench is not loaded by Slicer")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tops = {name.split(".")[0] for name in imports(tree, path, at_file_scope=True)}
    assert tops <= BUNDLED_WITH_SLICER | STANDARD | {"interventional_oncology"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "mrml").rglob("*.py")), ids=lambda path: path.name)
def test_mrml_needs_no_application(path):
    """``slicer.app`` and ``slicer.modules`` exist in the desktop application only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "slicer":
            assert node.attr not in ("app", "modules"), f"line {node.lineno}"


def test_the_rules_would_notice(tmp_path):
    tree = ast.parse("import slicer\ndef f():\n    from ..mrml import volumes\n")
    found = set(imports(tree, PACKAGE / "margins" / "x.py", at_file_scope=False))
    assert found == {"slicer", "interventional_oncology.mrml", "interventional_oncology.mrml.volumes"}
    assert set(imports(tree, PACKAGE / "margins" / "x.py", at_file_scope=True)) == {"slicer"}
