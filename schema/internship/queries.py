"""What clients may read of reductions, change requests and missing reports."""

import strawberry

import models
from resolvers.internship.missing_report import load_missing_reports
from rules.kernel.value import YearMonth
from schema.internship.change_request import ChangeRequest
from schema.internship.intern import Intern
from schema.internship.reduction import Reduction
from schema.kernel.binding import column, resolved_connection, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    BY_REVIEW,
    INTERN_NAME,
    MONTH_FROM,
    MONTH_TO,
    OLDEST_MONTH,
    REGION,
    STATUS,
    ReviewedOrder,
    filter_by_unit,
    filter_by_values,
)
from schema.kernel.permission import READERS, RootQueries

_COMMON_FILTERS = (STATUS, REGION)
_RECORD_KIND = filter_by_values(
    "record", models.ChangeableKind, "About one of these kinds. 变更对象"
)


@strawberry.type(description="A month of an intern that nobody reported (J24). 缺报月报")
class MissingReport:
    """A month of an intern that nobody reported."""

    intern: Intern = column("The intern. 见习人员")
    month: YearMonth = column("Which month. 月份")


@strawberry.type
class InternshipQueries(RootQueries):
    """What clients may read of what ends."""

    missing_reports: Connection[MissingReport] = resolved_connection(
        load_missing_reports,
        "Months that are over, in which an approved internship ran and of which no report was "
        "filed, intern by intern (J24). 缺报月报列表",
        READERS,
        (OLDEST_MONTH,),
        (MONTH_FROM, MONTH_TO, INTERN_NAME, *filter_by_unit(models.Intern.unit), REGION),
    )
    reductions: Connection[Reduction] = root_connection(
        models.Reduction,
        "Reductions (J5, J19). 减员申请列表",
        READERS,
        BY_REVIEW,
        (*_COMMON_FILTERS, *filter_by_unit(models.Reduction.unit)),
        ReviewedOrder,
    )
    change_requests: Connection[ChangeRequest] = root_connection(
        models.ChangeRequest,
        "Change requests (J5, X16). 变更申请列表",
        READERS,
        BY_REVIEW,
        (*_COMMON_FILTERS, _RECORD_KIND, *filter_by_unit(models.ChangeRequest.unit)),
        ReviewedOrder,
    )
