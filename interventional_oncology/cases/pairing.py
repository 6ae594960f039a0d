"""Which image of a follow-up is compared with which image of the baseline."""

from collections.abc import Mapping

from .roles import CT_ROLES, MR_ROLES, modality

# A parametric map or a diffusion image follows the anatomy less well than any other sequence.
_ORDER = {role: number for number, role in enumerate((*CT_ROLES, *MR_ROLES))}


def choose_pair(baseline: Mapping[str, object], followup: Mapping[str, object]) -> tuple[str, str]:
    """Return the roles to register: of the baseline and of the follow-up.

    The same role at both times is taken where there is one, then two of one modality, then any two.

    Examples
    --------
    >>> choose_pair({"ct_native": 0, "ct_portal": 0}, {"ct_native": 0, "ct_portal": 0})
    ('ct_portal', 'ct_portal')
    >>> choose_pair({"t2": 0, "ct_portal": 0}, {"portal": 0, "adc": 0})
    ('t2', 'portal')
    """
    pairs = [(fixed, moving) for fixed in baseline for moving in followup]
    return min(pairs, key=_rank)


def main_role(images: Mapping[str, object]) -> str:
    """Return the role that shows the anatomy best."""
    return min(images, key=_place)


def _rank(pair: tuple[str, str]) -> tuple[bool, bool, int]:
    fixed, moving = pair
    return fixed != moving, modality(fixed) != modality(moving), _place(fixed) + _place(moving)


def _place(role: str) -> int:
    return _ORDER.get(role, _ORDER["dwi"])
