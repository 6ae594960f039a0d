"""Write Testing/slicer_qt_api_used.json: of all classes, those that our files and the stand-in use.

python Testing/standin/update_api_subset.py
"""

import json
import sys

from qt_api import FLOOR, MANIFEST, SUBSET, Api
from standin_names import standin_classes
from used_names import all_uses

_KEYS = ("bases", "properties", "signals", "slots", "invokables", "enums", "constructible")


def subset():
    """The part of the facts that is kept, as text."""
    api = Api(MANIFEST)
    wanted = {use.class_name for use in all_uses()} | set(standin_classes())
    names = sorted({base for name in wanted for base in api.bases(name) if base in api.classes})
    floor = api.availability[FLOOR]
    kept = {
        "_meta": {key: api.meta[key] for key in ("what", "slicer_version", "slicer_commit", "ctk_commit")},
        "_python_decorators": {n: api.decorators[n] for n in names if n in api.decorators},
        "_availability": {
            FLOOR: {
                "classes_absent": [n for n in floor["classes_absent"] if n in names],
                "members_absent": {n: m for n, m in floor["members_absent"].items() if n in names},
            }
        },
    }
    for name in names:
        kept[name] = {key: api.classes[name][key] for key in _KEYS}
    return json.dumps(kept, indent=1) + "\n"


if __name__ == "__main__":
    if not MANIFEST.is_file():
        sys.exit(f"error: expected the facts of all classes in {MANIFEST}")
    SUBSET.write_text(subset(), encoding="utf-8")
