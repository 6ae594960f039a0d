"""Making the segment terminology of this extension known to Slicer."""

import slicer

from ..resources import resource_path


def loadTerminologyAtStartup() -> None:
    """Load ``zones.term.json`` when Slicer has started; other modules may not be there before."""
    slicer.app.connect("startupCompleted()", loadTerminology)


def loadTerminology() -> None:
    """Load the terminology of ablation zones, once; does nothing where there is no Terminologies module."""
    module = getattr(slicer.modules, "terminologies", None)
    if module is None:
        return
    path = resource_path("Terminologies", "zones.term.json")
    module.logic().LoadTerminologyFromFile(str(path))
