"""A working MRML scene without the Slicer application."""

import weakref

import slicer

from .availability import MODULE_LOGICS, scene_obstacle

# The application logic knows the others only weakly, and a logic that dies takes its nodes (the color tables)
# along; a living one holds on to its scene. So all of them must live exactly as long as the caller's scene.
_logics: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def new_scene() -> "slicer.vtkMRMLScene":
    """Return an empty scene in which every node this software uses can be made.

    For the command line, the tests and anything else that runs on the ``slicer-core`` wheel. Inside the
    application use ``slicer.mrmlScene``: there is one scene there, with its own logics.

    Returns
    -------
    slicer.vtkMRMLScene
        It has the default colors, the units, the slice orientations and a subject hierarchy. Items of the
        subject hierarchy do not appear by themselves as in the application: see
        :func:`interventional_oncology.mrml.hierarchy.place_in`.

    Raises
    ------
    RuntimeError
        If this Python has not all it takes: see
        :func:`interventional_oncology.mrml.availability.scene_obstacle`.
    """
    obstacle = scene_obstacle()
    if obstacle is not None:
        msg = f"expected a Python that can make a scene: {obstacle}"
        raise RuntimeError(msg)
    scene = slicer.vtkMRMLScene()
    crosshair = slicer.vtkMRMLCrosshairNode()
    crosshair.SetCrosshairName("default")
    scene.AddNode(crosshair)
    application_logic = slicer.vtkSlicerApplicationLogic()
    application_logic.SetMRMLScene(scene)
    application_logic.GetColorLogic().SetMRMLScene(scene)
    application_logic.GetColorLogic().AddDefaultColorNodes()
    logics = [application_logic]
    for name, class_name in MODULE_LOGICS:
        logic = getattr(slicer, class_name)()
        logic.SetMRMLScene(scene)
        logic.SetMRMLApplicationLogic(application_logic)
        application_logic.SetModuleLogic(name, logic)
        logics.append(logic)
    patient_right_is_screen_left = True
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, patient_right_is_screen_left)
    _logics[scene] = logics
    return scene
