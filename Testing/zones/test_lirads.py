"""LI-RADS treatment response, rule by rule: what each finding proposes in either core."""

from dataclasses import replace

import numpy as np
import pytest

from interventional_oncology.zones import Growth, ZoneFinding
from interventional_oncology.zones.evidence import Evidence, Gain
from interventional_oncology.zones.lirads import propose

NODULE = ZoneFinding("viable_nodule", (0.0, 0.0, 0.0), 9.0, 0.4, 6.0, 5.0, course="residual")
WEAK = replace(NODULE, kind="hypovascular_tissue", course=None)
THICK_RIM = replace(NODULE, kind="thick_rim", course=None)
RIM = replace(NODULE, kind="rim", course=None)
GROWN, STABLE = Growth(0.1, 4.0, increased=True), Growth(0.4, 9.0, increased=False)


def evidence(*roles: str) -> Evidence:
    nothing = np.zeros((1, 1, 1))
    gains = {role: Gain(role, "native_t1", nothing, 0.5, 0.1) for role in roles}
    return Evidence(nothing > 0, nothing > 0, np.ones(3), {}, {}, gains, {})


def proposed(core: str, *findings: ZoneFinding, roles: tuple[str, ...] = ("arterial", "portal")):
    return propose(findings, evidence(*roles), core=core, zone_found=True)


@pytest.mark.parametrize(
    ("finding", "nonradiation", "radiation"),
    [
        (RIM, "Nonviable", "Nonviable"),
        (NODULE, "Viable", "Nonprogressing"),
        (replace(NODULE, growth=STABLE), "Viable", "Nonprogressing"),
        (replace(NODULE, growth=GROWN), "Viable", "Viable"),
        (replace(NODULE, course="progression"), "Viable", "Viable"),
        (WEAK, "Equivocal", "Nonprogressing"),
        (THICK_RIM, "Equivocal", "Nonprogressing"),
    ],
)
def test_category(finding, nonradiation, radiation) -> None:
    newer, older = proposed("nonradiation", finding)
    assert (newer.category, older.category) == (f"LR-TR {nonradiation}",) * 2
    newer, older = proposed("radiation", finding)
    assert newer.category == f"LR-TR {radiation}"
    assert older.category == f"LR-TR {nonradiation}"
    assert newer.reasons


@pytest.mark.parametrize("core", ["nonradiation", "radiation"])
@pytest.mark.parametrize(("roles", "why"), [(("portal",), "no arterial phase"), (("arterial",), "a single")])
def test_too_few_phases_to_call_it_nonviable(core, roles, why) -> None:
    newer, _ = proposed(core, RIM, roles=roles)
    assert newer.category == "LR-TR Nonevaluable"
    assert newer.reasons[0].startswith(why)
    assert proposed("nonradiation", NODULE, roles=roles)[0].category == "LR-TR Viable"


def test_ancillary_features_are_the_readers_choice_and_never_of_2018() -> None:
    seen = {"restricted_diffusion": True, "t2_hyperintense": True}
    newer, older = proposed("nonradiation", replace(WEAK, **seen))
    words = "restricted diffusion and mild to moderate T2 hyperintensity: ancillary, may make it Viable"
    assert newer.category == "LR-TR Equivocal"
    assert words in newer.reasons[0]
    assert "ancillary" not in older.reasons[0]
    (reason,) = proposed("radiation", replace(NODULE, **seen))[0].reasons
    assert reason.endswith("makes it Viable only if new or increased")


def test_documented_complete_treatment_makes_a_nodule_new() -> None:
    (reason,) = proposed("radiation", replace(NODULE, course="progression"))[0].reasons
    assert reason.endswith("new after a documented complete treatment")
