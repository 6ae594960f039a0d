"""Overall response of a visit: target x non-target x new lesions (RECIST 1.1, Tables 1 and 2)."""

from .words import CR, NE, NON, PD, PR


def overall_response(target: str | None, non_target: str | None, new: bool) -> str:
    """Return the overall response of one visit.

    Parameters
    ----------
    target : str, optional
        CR, PR, SD, PD or NE; ``None`` if the patient had no target lesion at baseline, which is another
        thing than NE.
    non_target : str, optional
        CR, NON-CR/NON-PD, PD or NE; ``None`` without non-target lesions.
    new : bool
        Whether there is a new lesion.

    Examples
    --------
    >>> overall_response("CR", "NON-CR/NON-PD", False), overall_response("PR", None, True)
    ('PR', 'PD')
    """
    if new or PD in (target, non_target):
        return PD
    if target is None:
        return non_target or NE
    if target == CR and non_target in (NON, NE):
        return PR
    return target


def burden_response(target: str | None, non_target: str | None, new: bool) -> str:
    """Return the overall response where only the measured burden can progress.

    What is not in the sum, non-target and new lesions too small to measure, prevents a complete response and
    nothing else (irRC, imRECIST).

    Examples
    --------
    >>> burden_response("PR", "PD", True), burden_response("CR", None, True)
    ('PR', 'PR')
    """
    if target is None:
        return NON if new or non_target == PD else non_target or NE
    if target == CR and (new or non_target in (NON, NE, PD)):
        return PR
    return target
