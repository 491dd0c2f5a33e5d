"""The tour as a user runs it: over HTTP, against real service processes (J1-J37)."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from demonstration.data.tour_reserve import build_unit_code
from demonstration.tour.walk import start_service
from server.runtime.serving import reserve_port

ROOT = Path(__file__).parents[2]
NO_ONE = {"signIn": {"__typename": "Refusal", "message": "No such account."}}

pytestmark = pytest.mark.slow


def toured(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server.cli.main", "tour"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "HOST": "127.0.0.1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


class WithoutDemonstration(BaseHTTPRequestHandler):
    """A service that lives, and knows nobody."""

    def do_GET(self) -> None:
        self._answer(b"ok")

    def do_POST(self) -> None:
        self._answer(json.dumps({"data": NO_ONE}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def port_without_demonstration() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), WithoutDemonstration)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def lines() -> list[str]:
    with reserve_port() as nobody_listens:
        done = toured(nobody_listens)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def told(lines: list[str]) -> str:
    return "\n".join(lines)


def test_the_tour_numbers_its_steps_and_says_that_all_was_as_expected(lines: list[str]) -> None:
    assert lines[0].endswith("touring one of its own")
    assert lines[-1].startswith("All as expected")
    steps = [re.match(r" *([0-9]+)\. ", line) for line in lines[1:-1]]
    assert [int(found[1]) if found else None for found in steps] == list(range(1, len(lines) - 1))


def test_j1_j3_j4_a_unit_registers_adds_an_operator_and_signs_in_by_qr_code(told: str) -> None:
    assert "refused: The credit code's checksum is wrong." in told
    assert f"示范见习单位1号有限公司, {build_unit_code(1)}" in told
    assert "Operator 经办人 兰心 added by the legal person; signed in" in told
    assert "approved by 兰心, and exchanged for a session" in told
    assert "The same code a second time refused" in told


def test_j12_j13_the_post_reaches_the_job_board_which_names_its_applicants(told: str) -> None:
    pushed = re.search(r"Post PUSHED to the job board 就业在线, which names ([0-4]) app", told)
    assert pushed
    assert len(re.findall(r"^ *[0-9]+\.   \S+ 1[0-9]{2}\*{4}[0-9]{4} ", told, re.MULTILINE)) == int(
        pushed[1]
    )


def test_j16_a_person_registers_is_found_and_sees_what_was_claimed_for_them(told: str) -> None:
    assert "completes their basic information in the personal portal" in told
    assert "the unit's look-up finds the person now" in told
    assert "本人补贴: LIVING_ALLOWANCE 5880.00, MENTORING 2000.00" in told


def test_j39_x16_a_change_request_and_a_late_reduction_keep_to_what_is_reported(told: str) -> None:
    assert "to end on 2024-10-31 refused: Months already reported" in told
    assert "Change request approved: endsOn 2025-01-31 -> 2024-11-30" in told
    assert "it named 2024-12, whose report is VOIDED now" in told


def test_j34_j37_mentoring_is_told_person_by_person_and_claimed_for_two_of_three(told: str) -> None:
    assert "Mentoring claim 带教补贴 refused: Too few were retained: 1 of 3" in told
    assert "RETAINED_HERE UNKNOWN, LABOUR_CONTRACT PASS" in told
    assert told.count("RETAINED_HERE PASS, LABOUR_CONTRACT FAIL") == 2
    assert "contract a day short refused: The labour contract is for less than 12 months" in told
    assert "Mentoring claim for 2024 drafted: 2 x 2000.00 = 4000.00 yuan" in told
    assert "The same person a second time refused" in told


def test_the_living_allowance_comes_out_as_the_rules_say(told: str) -> None:
    """J27: nothing is payable below the floor; J29: two months are too few; J10, X2, X6."""
    assert "Post 岗位 refused before the declaration" in told
    assert "A page named 营业执照.pdf refused" in told
    assert "营业执照.pdf sent, attached" in told
    assert "own approval refused" in told
    assert "3100.00 -> empty" in told
    assert "below the floor of 3392.00 yuan for 2024-10" in told
    assert "Claim with two months refused: 2 approved months" in told
    assert "5880.00 + 8000.00 + 4800.00 = 18680.00 yuan" in told
    assert "the internship ended on 2024-11-30" in told
    assert "Month after the end refused" in told


def test_x13_s10_a_roster_is_judged_by_facts_that_were_loaded_during_the_tour(told: str) -> None:
    assert "sent by an officer refused: You lack the function to supply external facts." in told
    assert "Facts 外部数据 of INSURANCE_CONTRIBUTION loaded by 四川省社会保险系统" in told
    assert "Approval by who filed it at the counter refused" in told
    assert "2 passed, 2 failed" in told
    assert "row 4 failed: D4 NOT_A_DATE: This is not a date. Write it as 2024-10-01." in told
    assert "row 5 failed: REGISTERED_UNEMPLOYED FAIL" in told
    assert "Roster CHECKED in the background 后台校验: 1 passed, 0 failed" in told
    assert "Failed rows 未通过人员 fetched to be corrected: 2 rows" in told


def test_s4_s17_x7_hires_are_claimed_published_and_objected_to(told: str) -> None:
    assert "Claim drafted, 3 lines: 3000.00 yuan; each hiring subsidy = 1000 yuan" in told
    assert "alone refused: The publicity is shorter than 5 working days." in told
    assert "Read without signing in: 成都市锦江区一次性吸纳就业补贴公示" in told
    assert re.search(r"1\. 郑\* 22\*{15}[0-9X] ", told)
    assert "Passing refused: 1 objections are not settled yet." in told
    assert "Passing refused once more, as no window ends within a tour" in told
    assert "the claim is for 2000.00 yuan now" in told


def test_s12_x8_placements_are_paid_in_two_batches_and_clawed_back(told: str) -> None:
    assert "Claim drafted, 2 lines: 800.00 yuan; each employment-service subsidy" in told
    assert "2 payments, control total 合计 800.00 yuan" in told
    assert "1 payments, control total 合计 400.00 yuan" in told
    assert "the claim is DISBURSED; its second line was ['PAID', 'FAILED']" in told
    assert "confirms receipt 到账确认 of 400.00 yuan" in told
    assert "Clawback 追回 of 200.00 yuan proposed; own confirmation refused" in told
    assert "the line is CLAWED_BACK" in told


def test_s21_s22_s23_a_class_is_numbered_and_its_trainees_have_places(told: str) -> None:
    assert "A class 培训班 that was to open yesterday refused" in told
    assert "the first of their three places" in told
    assert "one at a time" in told


def test_s25_s27_s33_a_class_is_claimed_for_scored_and_completed(told: str) -> None:
    assert "500.00 yuan × 0.95 = 475.00 yuan" in told
    assert "E3 SCORE_OUT_OF_RANGE" in told
    assert "55, NOT_COMPLETED" in told
    assert "who did not pass has their place back" in told


def test_s1_x10_a_function_is_missed_granted_again_and_the_figures_add_up(told: str) -> None:
    assert "Ask the district administrator of 四川省成都市锦江区" in told
    assert "Figures 统计 add up: 7 lines, 4750.00 yuan claimed in the district" in told


def test_a_service_that_runs_is_toured_again_and_again_each_time_with_a_new_unit() -> None:
    with start_service() as port:
        for number in (1, 2):
            done = toured(port)
            assert done.returncode == 0, done.stdout + done.stderr
            assert build_unit_code(number) in done.stdout
            assert done.stdout.startswith(f"Touring http://127.0.0.1:{port}")


def test_a_service_without_the_demonstration_is_a_clear_message(
    port_without_demonstration: int,
) -> None:
    refused = toured(port_without_demonstration)
    assert refused.returncode == 1
    assert "officer-220105-1 can't sign in" in refused.stderr
    assert "DEMO=true" in refused.stderr
    assert "Traceback" not in refused.stderr
