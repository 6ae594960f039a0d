"""Registration: rigid, affine and deformable, with a record of its quality."""

from .engines import ENGINES
from .field_error import field_error_mm
from .landmarks import read_landmarks
from .presets import presets
from .quality import RegistrationQuality
from .registering import METHODS, Registration, register

__all__ = [
    "ENGINES",
    "METHODS",
    "Registration",
    "RegistrationQuality",
    "field_error_mm",
    "presets",
    "read_landmarks",
    "register",
]
