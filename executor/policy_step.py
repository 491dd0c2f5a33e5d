"""The approved parameters, for rules that hang on them: read again only where one changed (X6)."""

from collections.abc import Mapping, Sequence

from executor.compiled_statement import compile_statement
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from loaders.related_value import RelatedValue
from resolvers.kernel.policy import APPROVED_PARAMETERS, POLICY_FINGERPRINT, build_policy


class PolicyStep:
    """Reads them once in a run, from its snapshot, if a rule asks them of one of the rows."""

    def __init__(self) -> None:
        """Begin without a rule."""
        self._always = False
        self._reads: dict[int, RelatedValue] = {}

    def add_rule(self, reads: Mapping[int, RelatedValue]) -> None:
        """Read for a rule too, always or where a value at one of some places says so."""
        self._always = self._always or not reads
        self._reads |= reads

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Read, and keep for whatever is derived."""
        if run.policy is not None or not self._is_asked(rows):
            return
        known = run.service.policy
        ((mark,),) = await run.read(POLICY_FINGERPRINT, {}, level.depth + 1)
        if known.fingerprint != mark:
            found = await run.read(compile_statement(APPROVED_PARAMETERS), {}, level.depth + 1)
            run.policy = build_policy(found)
        else:
            run.policy = known.policy

    def _is_asked(self, rows: Sequence[Row]) -> bool:
        return self._always or any(
            read.is_policed(read.to_value(row[place]))
            for row in rows
            for place, read in self._reads.items()
            if read.is_policed
        )
