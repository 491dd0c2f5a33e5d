"""All rules that are compared, by their numbers."""

from collections.abc import Mapping

from tests.oracle import compare_hiring, compare_internship, compare_training
from tests.oracle.compared import Compare

RULES: Mapping[str, Compare] = {
    "J17 categories": compare_internship.compare_category,
    "J23 terms": compare_internship.compare_spells,
    "J27 reports": compare_internship.compare_report,
    "J29 J30 allowances": compare_internship.compare_allowance,
    "J39 early ends": compare_internship.compare_early_end,
    "J34 J35 J37 mentoring": compare_internship.compare_mentoring,
    "S4-S10 hires": compare_hiring.compare_hiring,
    "S12-S14 placements": compare_hiring.compare_service,
    "S20 S21 trainees": compare_training.compare_trainee,
    "S25 fees": compare_training.compare_fee,
    "X6 figures": compare_training.compare_figure,
    "X7 windows": compare_training.compare_window,
}
