from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from server.telemetry.metrics import OPERATION_COUNTER, JoinedFigures

BESIDE = """\
# HELP jiuye_operations_total Operations.
# TYPE jiuye_operations_total counter
jiuye_operations_total{type="query",path="plan",aside=""} 7.0
# TYPE jiuye_operations_created gauge
jiuye_operations_created{type="query",path="plan",aside=""} 1.0
# TYPE jiuye_elsewhere_total counter
jiuye_elsewhere_total 3.0
"""


def test_figures_of_both_processes_stand_side_by_side_under_one_name() -> None:
    OPERATION_COUNTER.labels("query", "plan", "").inc()
    text = generate_latest(JoinedFigures(BESIDE)).decode()
    assert text.count("# TYPE jiuye_operations_total") == 1
    assert 'jiuye_operations_created{aside="",path="plan",process="offload"' not in text
    found = {
        (sample.name, sample.labels.get("process")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("path", "plan") == "plan"
    }
    assert found["jiuye_operations_total", "offload"] == 7
    assert found["jiuye_operations_total", None] >= 1
    assert found["jiuye_elsewhere_total", "offload"] == 3
