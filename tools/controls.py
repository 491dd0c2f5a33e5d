"""The page of the risk controls, docs/risk-controls.md: `python -m tools.controls [--check]`."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from models import HireGroup
from rules.kernel.claim_title import CLAIM_TITLES
from rules.kernel.declared_control import CONTROL_DECLARATIONS, ControlDeclaration
from rules.kernel.refusal import Reason
from rules.kernel.wording import WORDING
from tools.written_page import write_or_check

PAGE = Path(__file__).parent.parent / "docs" / "risk-controls.md"

INTRODUCTION = (
    "# Risk controls 风控点\n\n"
    "Written from the code by `make controls`; a test keeps it true. Each control gives PASS, FAIL "
    "or UNKNOWN with its evidence, the figure that decided, and what would cure it (X3). All of "
    "them run, none stops at another's no, and UNKNOWN never passes.\nThey run when a roster is "
    "checked, at application, at review and before payment; each time what they found is kept with "
    "the line."
)

GROUP_NAMES = {
    HireGroup.REGISTERED_UNEMPLOYED: "registered unemployed 登记失业人员",
    HireGroup.MIGRANT_WORKER: "migrant workers 农民工",
}
OVERRIDABLE_SENTENCE = (
    "An officer may let somebody through, with a reason. 有权限的经办人可说明原因后放行。"
)
FIGURE_PATTERN = re.compile(r"\{[a-z_]+\}")


def render_page() -> str:
    """Write the page: a table of all controls, and a part for each."""
    parts = [
        INTRODUCTION,
        "\n".join(_render_table()),
        *("\n".join(_render_control(each)) for each in CONTROL_DECLARATIONS),
    ]
    return "\n\n".join(parts) + "\n"


def _render_table() -> Iterator[str]:
    yield "| rule | 风控点 | control | name | claims | of whom | figures |"
    yield "|---|---|---|---|---|---|---|"
    for each in CONTROL_DECLARATIONS:
        number = f"{each.number}" if each.number else "-"
        cells = (
            each.rule,
            number,
            f"`{each.control}`",
            each.name.zh,
            ", ".join(CLAIM_TITLES[kind].en for kind in each.kinds),
            ", ".join(GROUP_NAMES[group] for group in each.groups) or "all",
            ", ".join(f"`{key}`" for key in each.parameters) or "-",
        )
        yield f"| {' | '.join(cells)} |"


def _render_control(each: ControlDeclaration) -> Iterator[str]:
    yield f"## {each.rule} {each.name.en} {each.name.zh}"
    yield ""
    yield f"{each.asks.en} {each.asks.zh}"
    yield ""
    yield f"Evidence: {each.evidence.en}. 依据：{each.evidence.zh}。"
    yield OVERRIDABLE_SENTENCE if each.overridable else "It can't be overridden. 不可人工放行。"
    yield ""
    yield "| outcome | reason | what is wrong | what cures it |"
    yield "|---|---|---|---|"
    yield from _render_reasons("FAIL", each.fails)
    yield from _render_reasons("UNKNOWN", each.unknown)


def _render_reasons(outcome: str, reasons: Sequence[Reason]) -> Iterator[str]:
    for reason in reasons:
        said = WORDING[reason]
        wrong, cure = (_elide_figures(f"{a} {b}") for a, b in zip(said.en, said.zh, strict=True))
        yield f"| {outcome} | `{reason}` | {wrong} | {cure} |"


def _elide_figures(text: str) -> str:
    """Let an ellipsis stand for each figure."""
    return FIGURE_PATTERN.sub("…", text)


def main(arguments: list[str]) -> int:
    """Write the page, or check that it is true."""
    return write_or_check(arguments, PAGE, render_page, "controls")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
