"""Registration: rigid, affine and deformable, with a record of its quality."""

from .chaining import chain
from .engines import ENGINES
from .error_map import ErrorMap
from .field_error import field_error_mm
from .inverting import Inverse, invert
from .landmark_fit import KINDS as LANDMARK_KINDS
from .landmark_fit import LandmarkFit, landmark_transform
from .landmarks import read_landmarks
from .presets import presets
from .quality import RegistrationQuality
from .refining import refine
from .registering import ERROR_MODES, METHODS, Registration, register, register_by_landmarks
from .transform_files import read_transform

__all__ = [
    "ENGINES",
    "ERROR_MODES",
    "LANDMARK_KINDS",
    "METHODS",
    "ErrorMap",
    "Inverse",
    "LandmarkFit",
    "Registration",
    "RegistrationQuality",
    "chain",
    "field_error_mm",
    "invert",
    "landmark_transform",
    "presets",
    "read_landmarks",
    "read_transform",
    "refine",
    "register",
    "register_by_landmarks",
]
