"""Proposals of LI-RADS treatment response categories, with their reasons; the reader's choice is final.

Version 2024 (Aslam et al. 2024, doi:10.1148/radiol.232408) has two cores. Nonradiation: no masslike
enhancement (a smooth thin rim and perfusion changes are allowed) is Nonviable, masslike enhancement of any
degree in any phase is Viable, uncertain is Equivocal. Radiation: masslike enhancement is Viable when new or
increased and Nonprogressing when stable or decreased, or when the change is uncertain; there is no Equivocal.
Version 2018: nodular, masslike or thick irregular tissue with arterial hyperenhancement, washout, or
enhancement like before treatment is Viable, no enhancement or an expected pattern Nonviable, else Equivocal.
"""

from collections.abc import Sequence

from ..response.treatment_response import (
    EQUIVOCAL,
    NONEVALUABLE,
    NONPROGRESSING,
    NONVIABLE,
    RADIATION,
    VIABLE,
)
from .evidence import ARTERIAL_ROLES, VENOUS_ROLES, Evidence
from .records import ProposedResponse, ZoneFinding

SYSTEM, SYSTEM_2018 = "LI-RADS treatment response 2024", "LI-RADS treatment response 2018"
_Proposal = tuple[str | None, list[str]]


def propose(
    findings: Sequence[ZoneFinding],
    evidence: Evidence,
    *,
    core: str,
    zone_found: bool,
    too_early: str = "",
) -> tuple[ProposedResponse, ProposedResponse]:
    """Return the categories that the findings propose, by the versions of 2024 and 2018.

    Parameters
    ----------
    findings : sequence of ZoneFinding
    evidence : Evidence
        Says which phases could be judged.
    core : str
        ``nonradiation`` or ``radiation``.
    zone_found : bool
    too_early : str
        A sentence to add when the examination is too early to judge.
    """
    before = _cannot_judge(evidence, zone_found=zone_found)
    if before is not None:
        newer = older = before
    else:
        newer = _radiation(findings, evidence) if core == RADIATION else _nonradiation(findings, evidence)
        older = _nonradiation(findings, evidence, upgrade="")  # it has no ancillary features
    added = [too_early] if too_early and zone_found else []
    return (
        ProposedResponse(SYSTEM, core, newer[0], (*newer[1], *added)),
        ProposedResponse(SYSTEM_2018, "", older[0], (*older[1], *added)),
    )


def _cannot_judge(evidence: Evidence, *, zone_found: bool) -> _Proposal | None:
    if not zone_found:
        return None, ["no treated zone was found in the organ: there is no response to grade"]
    if evidence.first_gain(VENOUS_ROLES) is None and evidence.first_gain(ARTERIAL_ROLES) is None:
        return NONEVALUABLE, ["no contrast phase that can be judged"]
    return None


def _nonradiation(
    findings: Sequence[ZoneFinding], evidence: Evidence, upgrade: str = "may make it Viable"
) -> _Proposal:
    viable = _of("viable_nodule", findings)
    if viable:
        return VIABLE, [_masslike(finding) for finding in viable]
    unclear = _unclear(findings, upgrade)
    if unclear:
        return EQUIVOCAL, unclear
    return _nothing(findings, evidence)


def _radiation(findings: Sequence[ZoneFinding], evidence: Evidence) -> _Proposal:
    viable = _of("viable_nodule", findings)
    grown = [finding for finding in viable if _has_grown(finding)]
    if grown:
        return VIABLE, [f"{_masslike(finding)}, {_change(finding)}" for finding in grown]
    upgrade = "makes it Viable only if new or increased"
    if viable:
        return NONPROGRESSING, [
            f"{_masslike(finding)}, {_change(finding)}{_ancillary(finding, upgrade)}" for finding in viable
        ]
    unclear = _unclear(findings, upgrade)
    if unclear:
        return NONPROGRESSING, [*unclear, "the radiation core has no Equivocal"]
    return _nothing(findings, evidence)


def _has_grown(finding: ZoneFinding) -> bool:
    """Say whether a nodule is new or increased; after a documented complete treatment any is new."""
    return finding.course == "progression" or (finding.growth is not None and finding.growth.increased)


def _of(kind: str, findings: Sequence[ZoneFinding]) -> list[ZoneFinding]:
    return [finding for finding in findings if finding.kind == kind]


def _masslike(finding: ZoneFinding) -> str:
    return (
        f"masslike enhancement of {finding.diameter_mm:.0f} mm, {finding.volume_ml:.1f} mL "
        f"(z = {finding.z_score:.1f}), in or at the treated zone"
    )


def _change(finding: ZoneFinding) -> str:
    if finding.growth is None and finding.course == "progression":
        return "new after a documented complete treatment"
    if finding.growth is None:
        return "no earlier examination after treatment to compare with: the change is uncertain"
    if finding.new:
        return "new"
    change = "increased" if finding.growth.increased else "stable or decreased"
    return f"{change} from {finding.growth.previous_diameter_mm:.0f} mm"


def _ancillary(finding: ZoneFinding, upgrade: str) -> str:
    """Return the ancillary features of a finding (MR only) and what the reader may make of them."""
    signs = {
        "restricted diffusion": finding.restricted_diffusion,
        "mild to moderate T2 hyperintensity": finding.t2_hyperintense,
    }
    seen = [name for name, there in signs.items() if there and upgrade]
    return f"; {' and '.join(seen)}: ancillary, {upgrade}" if seen else ""


def _unclear(findings: Sequence[ZoneFinding], upgrade: str) -> list[str]:
    found = [
        f"tissue of {finding.diameter_mm:.0f} mm at the zone that enhances less than parenchyma: "
        f"tumor or edema cannot be told apart{_ancillary(finding, upgrade)}"
        for finding in _of("hypovascular_tissue", findings)
    ]
    found += [
        f"rim of up to {finding.thickness_mm:.0f} mm around the zone, thicker than one that is expected and "
        f"benign: a rim or tumor all around cannot be told apart{_ancillary(finding, upgrade)}"
        for finding in _of("thick_rim", findings)
    ]
    return found + [
        f"{finding.volume_ml:.1f} mL of the tumor before treatment lie outside the zone and show no arterial "
        "nodule: whether they live cannot be judged from enhancement"
        for finding in _of("uncovered_tumor", findings)
    ]


def _nothing(findings: Sequence[ZoneFinding], evidence: Evidence) -> _Proposal:
    if evidence.first_gain(ARTERIAL_ROLES) is None:
        return NONEVALUABLE, ["no arterial phase: enhancing nodules cannot be excluded"]
    if len(evidence.gains) == 1:
        return NONEVALUABLE, ["a single contrast phase: LI-RADS treatment response asks for several"]
    return NONVIABLE, [
        "no masslike enhancement in or at the treated zone"
        + ("; a thin rim is expected and benign" if _of("rim", findings) else ""),
        "LI-RADS is for hepatocellular carcinoma: residual tumor that enhances less than the organ, as most "
        "metastases do, may look like necrosis and is not excluded",
    ]
