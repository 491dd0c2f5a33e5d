"""The approved parameters, for rules that hang on them: read again only where one changed (X6)."""

from collections.abc import Sequence

from executor.compiled_statement import compile_statement
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from resolvers.kernel.policy import APPROVED_PARAMETERS, POLICY_FINGERPRINT, build_policy


class PolicyStep:
    """Reads them once in a run, from its snapshot."""

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Read, and keep for whatever is derived."""
        if run.policy is not None:
            return
        known = run.service.policy
        (mark,) = await run.read(POLICY_FINGERPRINT, {}, level.depth + 1)
        if known.fingerprint != mark:
            found = await run.read(compile_statement(APPROVED_PARAMETERS), {}, level.depth + 1)
            run.policy = build_policy(found)
        else:
            run.policy = known.policy
