"""What the .ui files and the parameter nodes of both modules say, read without Qt and without Slicer."""

import ast
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("TreatmentResponse", "AblationPlanner")


@dataclass(frozen=True)
class Widget:
    """One widget of a .ui file."""

    name: str
    kind: str
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def parameter(self) -> str:
        """Return the field of the parameter node it is bound to; empty if none."""
        return self.texts.get("SlicerParameterName", "")


def widgets(module: str) -> list[Widget]:
    """Return all widgets of the .ui file of a module."""
    path = ROOT / module / "Resources" / "UI" / f"{module}.ui"
    found = []
    for element in ElementTree.parse(path).getroot().iter("widget"):
        texts = {p.get("name"): p.findtext("string") or "" for p in element.findall("property")}
        found.append(Widget(element.get("name"), element.get("class"), texts))
    return found


def parameters(module: str) -> dict[str, str]:
    """Return the fields of the parameter node of a module and their annotations."""
    path = ROOT / module / f"{module}Lib" / "parameters.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == f"{module}ParameterNode":
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            return {item.target.id: ast.unparse(item.annotation) for item in fields}
    msg = f"{path} has no class {module}ParameterNode"
    raise LookupError(msg)


def library_code(module: str) -> str:
    """Return the text of all library files of a module."""
    return "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / module / f"{module}Lib").glob("*.py"))
