"""Making the segment terminology of this extension known to Slicer."""

import logging

import slicer

from ..resources import resource_path


def loadTerminologyAtStartup() -> None:
    """Load ``zones.term.json`` when Slicer has started; other modules may not be there before."""
    slicer.app.connect("startupCompleted()", loadTerminology)


def loadTerminology() -> None:
    """Load the terminology of ablation zones; does nothing where the Terminologies module is not there."""
    module = getattr(slicer.modules, "terminologies", None)
    if module is None:
        return
    try:
        path = resource_path("Terminologies", "zones.term.json")
    except FileNotFoundError as error:
        logging.warning("Segments of ablation zones will have no codes: %s", error)
        return
    module.logic().LoadTerminologyFromFile(str(path))
