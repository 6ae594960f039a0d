"""What the numbers and words of a response mean."""

from ..quantities import Quantity
from .complications import SCALES

_RECIST = "Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026"

QUANTITIES = (
    Quantity("criterion", "Criterion", definition="Response criterion by which the visits are scored."),
    Quantity("baseline", "Baseline sum", "mm", "Sum of the target lesions at baseline.", _RECIST),
    Quantity(
        "nadir",
        "Nadir",
        "mm",
        "Smallest complete sum of the target lesions before this visit, the baseline included.",
        _RECIST,
    ),
    Quantity(
        "current",
        "Sum",
        "mm",
        "Sum of the target lesions; with one not assessed it is given only if the others prove progression.",
        _RECIST,
    ),
    Quantity(
        "assessed_sum", "Sum of what was assessed", "mm", "Sum of the target lesions assessed at this visit."
    ),
    Quantity(
        "change_from_baseline_percent",
        "Change from baseline",
        "%",
        "Change of the sum from baseline; partial response from -30 % on (RECIST 1.1).",
        _RECIST,
    ),
    Quantity(
        "change_from_nadir_percent",
        "Change from nadir",
        "%",
        "Change of the sum from the nadir; progression from +20 % and 5 mm on (RECIST 1.1).",
        _RECIST,
    ),
    Quantity("target", "Target response", definition="Category of the target lesions.", reference=_RECIST),
    Quantity(
        "non_target",
        "Non-target response",
        definition="Category of the non-target lesions.",
        reference=_RECIST,
    ),
    Quantity("new_lesions", "New lesions", definition="Whether there are new lesions.", reference=_RECIST),
    Quantity(
        "overall",
        "Overall response",
        definition="Target, non-target and new lesions taken together.",
        reference=_RECIST,
        code=("DCM", "112048", "Current Response"),
    ),
    Quantity("reasons", "Reasons", definition="Why the visit has its category, with the numbers."),
    Quantity(
        "fragile",
        "Fragile",
        definition="Whether measurement error (5 % or 1 mm a lesion) could change the overall response.",
    ),
    Quantity(
        "flip_distance",
        "Distance to another category",
        "mm",
        "Smallest change of the sum that would change the overall response.",
    ),
    Quantity(
        "flip_distance_hu",
        "Attenuation to another category",
        "HU",
        "Smallest change of the mean attenuation that would change the overall response (Choi, mChoi).",
    ),
    Quantity("flip_to", "Nearest other category", definition="What that change would make of the response."),
    Quantity(
        "lesion_responses",
        "Response of each lesion",
        definition="Category of each lesion, of criteria that grade lesions one by one.",
    ),
    Quantity(
        "growth",
        "Growth",
        definition="Tumor growth rate and kinetics before and since the start of treatment.",
        reference="Ferte 2014, doi:10.1158/1078-0432.CCR-13-2098",
    ),
    Quantity(
        "patterns",
        "Patterns",
        definition="Pseudoprogression, dissociated response, and response outside the treated field.",
    ),
    Quantity(
        "best_overall_response",
        "Best overall response",
        definition="Best response from the start until progression.",
        reference=_RECIST,
    ),
    Quantity(
        "confirmed_best_overall_response",
        "Confirmed best overall response",
        definition="The same, with complete and partial response confirmed by a later visit.",
        reference=_RECIST,
    ),
    Quantity("complications", "Complications", definition="What the treatment did beside its purpose."),
    Quantity("term", "Complication", definition="What happened, by the terms of CTCAE where it has one."),
    Quantity("onset_days", "Onset", "days", "Days from the treatment to the complication."),
    *(
        Quantity(
            scale.key,
            scale.title,
            definition=f"Grade of the complication: {', '.join(scale.words())}. {scale.remark}",
            reference=scale.reference,
        )
        for scale in SCALES.values()
    ),
)
