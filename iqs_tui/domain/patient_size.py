"""Who is of standard size: a dose says something of a technique only where the patient's build is alike.

The standard adult of the Dutch surveys is 1.74 m and 77 kg, BMI 25.4; of their patients those within 15 % of that BMI
were taken (national CT survey, Insights into Imaging 2013;4:383). Weight alone would take a short stout patient for a
tall slim one, so the BMI decides. A child has no standard size: its age class stands for it.
"""

STANDARD_BMI_KG_M2 = 25.4
TOLERANCE = 0.15
BMI_FROM, BMI_TO = STANDARD_BMI_KG_M2 * (1 - TOLERANCE), STANDARD_BMI_KG_M2 * (1 + TOLERANCE)
"""kg/m2, both included: 21.59 to 29.21."""
WEIGHTS_KG = (0.3, 400.0)
LENGTHS_M = (0.2, 2.6)
"""Outside these it is a slip of the keyboard (0 kg, 174 m), so the size is not known."""


def is_known(weight_kg: float | None, length_m: float | None) -> bool:
    """Say whether both are there, and can be."""
    if weight_kg is None or length_m is None:
        return False
    return WEIGHTS_KG[0] <= weight_kg <= WEIGHTS_KG[1] and LENGTHS_M[0] <= length_m <= LENGTHS_M[1]


def is_standard(weight_kg: float | None, length_m: float | None) -> bool:
    """Say whether an adult is of standard size; an unknown size is not."""
    if weight_kg is None or length_m is None or not is_known(weight_kg, length_m):
        return False
    return BMI_FROM <= weight_kg / length_m**2 <= BMI_TO
