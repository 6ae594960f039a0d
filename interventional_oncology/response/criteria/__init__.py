"""The criteria, one small file each; a new one is a file here and a line in :data:`CRITERIA`."""

from ...errors import InputError
from ..criterion import Criterion
from . import (
    choi,
    easl,
    growth,
    imrecist,
    irecist,
    irrc,
    lirads_tr_2018,
    lirads_tr_2024,
    mchoi,
    mrecist,
    percist,
    qeasl,
    recicl,
    recist_1_1,
    vrecist,
    who,
)

CRITERIA: dict[str, Criterion] = {
    criterion.name: criterion
    for criterion in (
        recist_1_1.CRITERION,
        mrecist.CRITERION,
        irecist.CRITERION,
        imrecist.CRITERION,
        irrc.CRITERION,
        easl.CRITERION,
        qeasl.CRITERION,
        vrecist.CRITERION,
        who.CRITERION,
        choi.CRITERION,
        mchoi.CRITERION,
        percist.CRITERION,
        lirads_tr_2024.CRITERION,
        lirads_tr_2018.CRITERION,
        recicl.CRITERION,
        growth.CRITERION,
    )
}


def criterion_named(name: str) -> Criterion:
    """Return a criterion by its name, or refuse with the names there are."""
    try:
        return CRITERIA[name.strip().lower()]
    except KeyError:
        msg = f"unknown criterion {name!r}, expected one of {', '.join(CRITERIA)}"
        raise InputError(msg) from None
