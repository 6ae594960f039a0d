"""Proposal of a LI-RADS treatment response category (v2024, Aslam et al. 2024, doi:10.1148/radiol.232408).

Nonradiation core: no masslike enhancement (a smooth thin rim is allowed) is Nonviable; masslike enhancement
of any degree in any phase is Viable; uncertain is Equivocal; what cannot be judged is Nonevaluable. The
reader's choice is final.
"""

from collections.abc import Sequence

from .evidence import ARTERIAL_ROLES, VENOUS_ROLES, Evidence
from .records import ProposedResponse, ZoneFinding

SYSTEM = "LI-RADS treatment response 2024"


def nonradiation_response(
    findings: Sequence[ZoneFinding], evidence: Evidence, *, zone_found: bool
) -> ProposedResponse:
    """Return the category that the findings propose under the nonradiation core."""
    category, reasons = _category(findings, evidence, zone_found=zone_found)
    return ProposedResponse(SYSTEM, "nonradiation", category, tuple(reasons))


def _category(
    findings: Sequence[ZoneFinding], evidence: Evidence, *, zone_found: bool
) -> tuple[str | None, list[str]]:
    if not zone_found:
        return None, ["no treated zone was found in the organ: there is no response to grade"]
    if evidence.first_gain(VENOUS_ROLES) is None and evidence.first_gain(ARTERIAL_ROLES) is None:
        return "LR-TR Nonevaluable", ["no contrast phase that can be judged"]
    viable = [finding for finding in findings if finding.kind == "viable_nodule"]
    if viable:
        return "LR-TR Viable", [
            f"masslike enhancement of {finding.diameter_mm:.0f} mm, {finding.volume_ml:.1f} mL "
            f"(z = {finding.z_score:.1f}), in or at the treated zone"
            for finding in viable
        ]
    unclear = [finding for finding in findings if finding.kind == "hypovascular_tissue"]
    if unclear:
        return "LR-TR Equivocal", [
            f"tissue of {finding.diameter_mm:.0f} mm at the zone that enhances less than parenchyma: "
            "tumor or edema cannot be told apart"
            for finding in unclear
        ]
    if evidence.first_gain(ARTERIAL_ROLES) is None:
        return "LR-TR Nonevaluable", ["no arterial phase: enhancing nodules cannot be excluded"]
    rim = any(finding.kind == "rim" for finding in findings)
    return "LR-TR Nonviable", [
        "no masslike enhancement in or at the treated zone"
        + ("; a thin rim is expected and benign" if rim else ""),
        "LI-RADS is for hepatocellular carcinoma: residual tumor that enhances less than the organ, as most "
        "metastases do, may look like necrosis and is not excluded",
    ]
