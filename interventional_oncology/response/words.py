"""The words of response: as published, in the order from best to worst."""

from collections.abc import Mapping

CR = "CR"
PR = "PR"
SD = "SD"
NON = "NON-CR/NON-PD"
PD = "PD"
#: Progression that a later visit has not confirmed; only criteria that ask for confirmation know it.
UPD = "UPD"
NE = "NE"
#: An assessment that was planned and not done.
ND = "ND"
#: No assessment at all.
MISSING = "MISSING"

#: What a visit can be called by the RECIST family.
RECIST_WORDS = (CR, PR, SD, NON, PD, NE, ND)

#: The order in which the best is chosen. A confirmed progression is no worse for the best response than an
#: unconfirmed one; it comes first because it says more.
BEST_FIRST = (CR, PR, SD, NON, PD, UPD, NE, ND)

#: How iRECIST calls the categories (Seymour 2017, doi:10.1016/S1470-2045(17)30074-8).
IRECIST = {CR: "iCR", PR: "iPR", SD: "iSD", NON: "NON-iCR/NON-iUPD", PD: "iCPD", UPD: "iUPD"}
IRECIST_WORDS = (*IRECIST.values(), NE, ND)
#: How the immune-related response criteria do (Wolchok 2009, doi:10.1158/1078-0432.CCR-09-1624).
IRRC = {CR: "irCR", PR: "irPR", SD: "irSD", PD: "irPD"}
#: How PERCIST does (Wahl 2009, doi:10.2967/jnumed.108.057307).
PERCIST = {CR: "CMR", PR: "PMR", SD: "SMD", PD: "PMD"}

_SPELLINGS = {"NON-CR/NON-PD": NON, "NONCR/NONPD": NON, "NON CR/NON PD": NON, "NA": ND, "": ND}


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


def published(category: str, words: Mapping[str, str]) -> str:
    """Return how a criterion calls a category; one without a word for UPD calls it as it calls PD."""
    if category == UPD and UPD not in words:
        return words.get(PD, PD)
    return words.get(category, category)


def plain_category(word: str) -> str:
    """Return the category behind a word of RECIST or iRECIST.

    Examples
    --------
    >>> plain_category("iCPD"), plain_category("iUPD"), plain_category("PR")
    ('PD', 'UPD', 'PR')
    """
    return next((category for category, said in IRECIST.items() if said == word), word)


def is_irecist(words: set[str]) -> bool:
    """Say whether any of the words is one of iRECIST."""
    return bool(words & set(IRECIST.values()))
