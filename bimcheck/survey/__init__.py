"""The completion survey (竣工测绘): its table, and its areas judged in place of the model's."""

from bimcheck.survey.judging import error_limits_m2, judge_by_survey
from bimcheck.survey.table import COLUMNS, Survey, SurveyRow, load_survey

__all__ = [
    "COLUMNS",
    "Survey",
    "SurveyRow",
    "error_limits_m2",
    "judge_by_survey",
    "load_survey",
]
