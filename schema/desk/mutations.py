"""What clients may change of what officers find at their desk."""

from typing import Any

import strawberry

from resolvers.desk.audit_finding import confirm_finding, explain_finding, search_findings
from resolvers.desk.unmask import unmask
from rules.kernel.function import Function
from schema.desk.audit_finding import AuditFinding
from schema.desk.unmasking import UnmaskingPayload, UnmaskingResult
from schema.kernel.binding import column
from schema.kernel.mutation import build_result_union, mutation


@strawberry.type(description="The finding as it is now. 审计疑点")
class AuditFindingPayload:
    """The finding as it is now."""

    finding: AuditFinding = column("The finding. 审计疑点")


@strawberry.type(description="The unit's findings, newest first. 审计疑点")
class AuditFindingsPayload:
    """The unit's findings."""

    findings: list[AuditFinding] = column("The findings. 审计疑点")


AuditFindingResult: Any = build_result_union(AuditFindingPayload, "AuditFindingResult")
AuditFindingsResult: Any = build_result_union(AuditFindingsPayload, "AuditFindingsResult")


@strawberry.type
class DeskMutations:
    """What clients may change of what officers find at their desk."""

    unmask: UnmaskingResult = mutation(unmask, UnmaskingPayload, Function.UNMASK_PERSONAL_DATA)
    search_findings: AuditFindingsResult = mutation(
        search_findings, AuditFindingsPayload, Function.SEARCH_FINDINGS
    )
    explain_finding: AuditFindingResult = mutation(
        explain_finding, AuditFindingPayload, Function.SETTLE_FINDINGS
    )
    confirm_finding: AuditFindingResult = mutation(
        confirm_finding, AuditFindingPayload, Function.SETTLE_FINDINGS
    )


MUTATIONS = (DeskMutations,)
