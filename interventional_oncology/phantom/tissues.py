"""Contrast of each tissue, read from ``Resources/phantom_tissues.csv``.

Columns: CT attenuation (HU) per phase; T1 and T2 at 3 T (ms); proton density and fat fraction relative to
water; what flow leaves of the signal in spin echoes (flow void of vessels); concentration of gadoxetate in
the tissue per phase (mmol/L); apparent diffusion coefficient (um^2/s, which is 10^-6 mm^2/s; in vessels
the fast pseudo-diffusion of flowing blood). The last column names where a number comes from:

B04
    de Bazelaire et al., Radiology 2004, doi:10.1148/radiol.2303021331 (abstract checked): relaxation times
    at 3 T of liver, spleen, kidney, pancreas, muscle, marrow and fat.
J16
    Jafar et al., World J Radiol 2016, doi:10.4329/wjr.v8.i1.21 (abstract checked): median published ADC of
    liver 1.28, spleen 0.85, kidney 1.94, pancreas 1.60, gallbladder 2.73 x 10^-3 mm^2/s.
S06
    Sharma et al., J Magn Reson Imaging 2006, doi:10.1002/jmri.20504 (abstract checked): blood at 3 T has a
    T1 of 1660 ms.
L19
    Int J Legal Med 2019, doi:10.1007/s00414-019-02016-1 (abstract checked): unenhanced healthy liver 58 HU.
G06
    MDCT of the liver and hypervascular hepatocellular carcinomas: optimizing scan delays, AJR 2006 (abstract
    checked): rise over unenhanced CT in the arterial phase of 300 HU (aorta), 97-108 (spleen), 15-25 (liver),
    75-104 (portal vein), 24-51 (hepatic vein); in the portal phase 117-125 (aorta), 73-82 (spleen), 59-63
    (liver).
N07
    Naruo et al., Radiat Med 2007, doi:10.1007/s11604-006-0111-5 (abstract checked): liver without
    cirrhosis rises by 56 HU in the portal phase.
appearance rules
    The order of the contrasts follows the appearance of treated tissue described in reviews (necrosis T1
    bright, T2 dark, without uptake; congestion T1 dark, T2 bright, dark in the hepatobiliary phase;
    inflammation bright in the arterial phase alone; HCC arterial bright and washed out); the sizes of
    the steps are ours.
memory
    Typical values of the field (from memory, not checked).
"""

import csv
from dataclasses import dataclass
from functools import cache

from ..resources import resource_path


@dataclass(frozen=True)
class Tissue:
    """One row of the table; units in the names."""

    tissue: str
    ct_native_hu: float
    ct_arterial_hu: float
    ct_portal_hu: float
    t1_ms: float
    t2_ms: float
    proton_density: float
    fat_fraction: float
    spin_echo_fraction: float
    gd_arterial_mmol_l: float
    gd_portal_mmol_l: float
    gd_hepatobiliary_mmol_l: float
    adc_um2_s: float
    source: str


@cache
def tissues() -> dict[str, Tissue]:
    """Return the table, tissue name to row."""
    with resource_path("phantom_tissues.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["tissue"]: _tissue(row) for row in rows}


def _tissue(row: dict[str, str]) -> Tissue:
    numbers = {name: float(text) for name, text in row.items() if name not in ("tissue", "source")}
    return Tissue(tissue=row["tissue"], source=row["source"], **numbers)
