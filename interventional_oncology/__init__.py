"""Treatment response and ablation planning for interventional oncology.

The science of the 3D Slicer extension *InterventionalOncology*. Images and masks are
``SimpleITK.Image``, transforms ``SimpleITK.Transform``, surfaces ``vtkPolyData``; arrays are
``[k, j, i]`` and points LPS mm. Only :mod:`interventional_oncology.mrml` speaks of Slicer nodes (RAS mm).

For research use, not for diagnosis.
"""

from .itk_plugins import import_simpleitk_alone

__version__ = "0.1.0"

import_simpleitk_alone()
