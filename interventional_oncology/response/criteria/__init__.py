"""The criteria, one small file each; a new one is a file here and a line in :data:`CRITERIA`."""

from ...errors import InputError
from ..criterion import Criterion
from . import mrecist, recist_1_1

CRITERIA: dict[str, Criterion] = {
    criterion.name: criterion
    for criterion in (
        recist_1_1.CRITERION,
        mrecist.CRITERION,
    )
}


def criterion_named(name: str) -> Criterion:
    """Return a criterion by its name, or refuse with the names there are."""
    try:
        return CRITERIA[name.strip().lower()]
    except KeyError:
        msg = f"unknown criterion {name!r}, expected one of {', '.join(CRITERIA)}"
        raise InputError(msg) from None
