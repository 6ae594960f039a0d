"""All self-tests of the module."""

from .self_tests_alignment_options import AlignmentOptionsTests
from .self_tests_lesions import LesionTests
from .self_tests_panel import PanelTests
from .self_tests_registration import RegistrationTests
from .self_tests_response import ResponseTests
from .self_tests_scoring import ScoringTests
from .self_tests_zones import ZonesTests


class SelfTests(
    RegistrationTests,
    AlignmentOptionsTests,
    ResponseTests,
    LesionTests,
    ScoringTests,
    ZonesTests,
    PanelTests,
):
    """The tests of all steps; the module says which logic and panel they are of."""
