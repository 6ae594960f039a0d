"""Whether this Python can make and save scenes; imports nothing of Slicer to find out."""

import importlib

# A bare vtkMRMLScene cannot make half of the nodes: these logics register their node classes, and the
# segmentation logic the conversions between labelmaps and surfaces. Units come before what is displayed
# with them. Terminologies are left out: they need files of the application.
MODULE_LOGICS = (
    ("Units", "vtkSlicerUnitsLogic"),
    ("Volumes", "vtkSlicerVolumesLogic"),
    ("Transforms", "vtkSlicerTransformLogic"),
    ("Models", "vtkSlicerModelsLogic"),
    ("Tables", "vtkSlicerTablesLogic"),
    ("Plots", "vtkSlicerPlotsLogic"),
    ("Texts", "vtkSlicerTextsLogic"),
    ("Markups", "vtkSlicerMarkupsLogic"),
    ("Segmentations", "vtkSlicerSegmentationsModuleLogic"),
    ("Sequences", "vtkSlicerSequencesLogic"),
    ("VolumeRendering", "vtkSlicerVolumeRenderingLogic"),
    ("CropVolume", "vtkSlicerCropVolumeLogic"),
    ("SubjectHierarchy", "vtkSlicerSubjectHierarchyModuleLogic"),
    ("Data", "vtkSlicerDataModuleLogic"),
)


def scene_obstacle() -> str | None:
    """Return why no scene can be made here, as half a sentence, or None if one can.

    There is none without Slicer's core, and none in ``PythonSlicer``: that has the core, but the logics of
    the modules are loaded by the application alone.
    """
    try:
        slicer = importlib.import_module("slicer")
    except ImportError:
        return 'it needs slicer-core; pip install "interventional-oncology[workbench]"'
    missing = [class_name for _, class_name in MODULE_LOGICS if not hasattr(slicer, class_name)]
    return f"this Python of Slicer lacks {', '.join(missing)}" if missing else None
