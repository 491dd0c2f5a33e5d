"""Decisions: transitions, risk controls, amounts, scope; pure functions.

Areas declare their kinds of record and of roster; importing any rule brings all of them in.
"""

from rules import assembly as assembly
