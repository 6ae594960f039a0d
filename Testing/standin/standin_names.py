"""Which classes the stand-in has, and which names each of them shows."""

import ast

from qt_api import ROOT

STANDIN = ROOT / "Testing" / "slicer_standin"
_PREFIXES = ("ctk", "qMRML", "qSlicer")


def standin_classes():
    """Class name to the public names it shows, those of the stand-in's private bases included."""
    found = {}
    for path in sorted(STANDIN.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = (_public_names(node), [ast.unparse(base) for base in node.bases])
    return {name: _with_bases(name, found) for name in found if name.startswith(_PREFIXES)}


def _with_bases(name, found):
    names, bases = found[name]
    for base in bases:
        if base in found:
            names = names | _with_bases(base, found)
    return names


def _public_names(class_node):
    names = set()
    for node in class_node.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {
                leaf.id for target in node.targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)
            }
    return {name for name in names if not name.startswith("_")}
