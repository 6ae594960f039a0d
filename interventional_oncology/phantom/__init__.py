"""A digital abdominal patient: two visits with known motion, known treatment and exact truth."""

from .parameters import TREATMENTS, PhantomParameters
from .patient import Patient, make_patient
from .visit import Timepoint
from .writing import write_patient

__all__ = ["TREATMENTS", "Patient", "PhantomParameters", "Timepoint", "make_patient", "write_patient"]
