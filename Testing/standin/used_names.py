"""Which Qt classes, properties, signals and slots our .ui files and widget code use."""

import ast
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from qt_api import ROOT, qt_class

MODULES = ("TreatmentResponse", "AblationPlanner")
#: Properties that Qt Designer files may carry for the parameter node wrapper.
DYNAMIC = {"SlicerParameterName", "SlicerPackParameterName"}


@dataclass(frozen=True)
class Use:
    """One use of a name: ``kind`` is class, property, signal, slot or attribute."""

    where: str
    class_name: str
    kind: str
    name: str = ""


def ui_files():
    """The .ui files of the modules."""
    return [path for module in MODULES for path in sorted((ROOT / module / "Resources" / "UI").glob("*.ui"))]


def widget_code(module):
    """The Python files that may name the widgets of a module."""
    return sorted((ROOT / module).rglob("*.py"))


def shared_code():
    """The Python files that both panels share, and those that state what Slicer does."""
    folders = (ROOT / "interventional_oncology" / "panels", ROOT / "Testing" / "contract")
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def widget_classes(path):
    """Object name to class of every widget of a .ui file."""
    widgets = ElementTree.parse(path).getroot().iter("widget")
    return {widget.get("name"): widget.get("class") for widget in widgets}


def uses_in_ui(path):
    """The uses in a .ui file."""
    root = ElementTree.parse(path).getroot()
    classes = widget_classes(path)
    for widget in root.iter("widget"):
        where = f"{path.name}: {widget.get('name')}"
        yield Use(where, widget.get("class"), "class")
        for found in widget.findall("property"):
            kind = "dynamic" if found.get("stdset") == "0" else "property"
            yield Use(where, widget.get("class"), kind, found.get("name"))
    for connection in root.iter("connection"):
        for end, kind in (("sender", "signal"), ("receiver", "slot")):
            name, member = connection.findtext(end), connection.findtext(kind)
            where = f"{path.name}: connection of {name}"
            yield Use(where, classes.get(name, f"(no widget {name})"), kind, member.split("(")[0])


def widgets_without_scene(path, has_slot):
    """Names of the widgets that take a scene and do not get it from the top widget."""
    root = ElementTree.parse(path).getroot()
    top = root.find("widget").get("name")
    connected = {
        c.findtext("receiver")
        for c in root.iter("connection")
        if c.findtext("sender") == top
        and c.findtext("signal") == "mrmlSceneChanged(vtkMRMLScene*)"
        and c.findtext("slot") == "setMRMLScene(vtkMRMLScene*)"
    }
    needy = {name for name, kind in widget_classes(path).items() if has_slot(kind, "setMRMLScene")}
    return sorted(needy - connected - {top})


def uses_in_code(path, classes):
    """The uses in a Python file; ``classes`` are the widgets of the module's .ui file, if it has one."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    known = _made_here(tree)
    for node in ast.walk(tree):
        where = f"{Path(path).name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Attribute):
            yield from _attribute_use(where, _chain(node), classes, known)
        elif isinstance(node, ast.Call):
            yield from _call_use(where, node, classes, known)


def _chain(node):
    """``self._ui.button.text`` as a list of names; empty for anything else."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def _made_here(tree):
    """``self._timer = qt.QTimer()`` tells the class of ``self._timer``."""
    made = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = _chain(node.value.func)
            if len(maker) == 2 and maker[0] in ("qt", "ctk", "slicer") and maker[1][0] in "Qqc":
                made.update({tuple(_chain(target)): maker[1] for target in node.targets if _chain(target)})
    return made


def _class_of(chain, classes, known):
    """The class of the object that a chain names, when it can be told."""
    if tuple(chain) in known:
        return known[tuple(chain)]
    if chain == ["slicer", "app"]:
        return "qSlicerApplication"
    if classes and len(chain) >= 2 and chain[-2] in ("ui", "_ui"):
        return classes.get(chain[-1], f"(no widget {chain[-1]})")
    return None


def _attribute_use(where, chain, classes, known):
    if not chain:
        return
    if chain[0] in ("qt", "ctk") or (chain[0] == "slicer" and chain[1].startswith(("qMRML", "qSlicer"))):
        yield from _library_use(where, chain)
        return
    owner = _class_of(chain[:-1], classes, known)
    if owner is not None:
        yield Use(where, owner, "attribute", chain[-1])


def _library_use(where, chain):
    if len(chain) == 2:
        yield Use(where, chain[1], "class")
    elif len(chain) == 3:
        yield Use(where, chain[1], "attribute", chain[2])
    elif qt_class(chain[1]) is not None:
        # qt.QProcess.ProcessState.NotRunning: PySide6 has it, PythonQt has qt.QProcess.NotRunning only.
        yield Use(where, f"(nested name {'.'.join(chain)})", "class")


def _call_use(where, call, classes, known):
    chain = _chain(call.func)
    if len(chain) > 1 and chain[-1] in ("connect", "disconnect") and call.args:
        signature = getattr(call.args[0], "value", None)
        owner = _class_of(chain[:-1], classes, known)
        if isinstance(signature, str) and owner is not None:
            yield Use(where, owner, "signal", signature)
    if chain == ["isinstance"] or (isinstance(call.func, ast.Name) and call.func.id == "isinstance"):
        names = [_chain(node) for node in ast.walk(call.args[1])]
        if any(name[:1] == ["qt"] for name in names if name):
            yield Use(where, "(isinstance with a Qt class, which PythonQt answers with False)", "class")


def all_uses():
    """Every use in the modules and in what they share."""
    found = [use for path in ui_files() for use in uses_in_ui(path)]
    for module in MODULES:
        classes = {}
        for path in sorted((ROOT / module / "Resources" / "UI").glob("*.ui")):
            classes.update(widget_classes(path))
        found += [use for path in widget_code(module) for use in uses_in_code(path, classes)]
    return found + [use for path in shared_code() for use in uses_in_code(path, {})]
