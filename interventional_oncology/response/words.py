"""The words of response: as published, in the order from best to worst."""

CR = "CR"
PR = "PR"
SD = "SD"
NON = "NON-CR/NON-PD"
PD = "PD"
NE = "NE"
#: An assessment that was planned and not done.
ND = "ND"
#: No assessment at all.
MISSING = "MISSING"

#: What a visit can be called by the RECIST family, and the order in which the best is chosen.
RECIST_WORDS = (CR, PR, SD, NON, PD, NE, ND)

#: The same for iRECIST (Seymour 2017, doi:10.1016/S1470-2045(17)30074-8). A confirmed progression is no worse
#: than an unconfirmed one for the best response; it is listed first because it says more.
IRECIST_WORDS = ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iCPD", "iUPD", NE, ND)

#: Spellings seen in files, beside the published ones (compared without regard to case and spaces).
_SPELLINGS = {
    "NON-CR/NON-PD": NON,
    "NONCR/NONPD": NON,
    "NON CR/NON PD": NON,
    "NA": ND,
    "": ND,
}


def response_word(text: str) -> str | None:
    """Return the published spelling of a response, or ``None`` for an unknown word.

    Examples
    --------
    >>> response_word("non-CR/non-PD"), response_word("ICPD"), response_word("better")
    ('NON-CR/NON-PD', 'iCPD', None)
    """
    plain = " ".join(text.split()).upper()
    if plain in _SPELLINGS:
        return _SPELLINGS[plain]
    known = {word.upper(): word for word in (*RECIST_WORDS, *IRECIST_WORDS)}
    return known.get(plain)
