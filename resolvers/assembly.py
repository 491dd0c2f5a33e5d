"""What areas declare, imported so that the kernel's tables are whole whoever asks them."""

from resolvers.hiring import hire_roster_check
from resolvers.training import class_roster, score_sheet

DECLARING = (hire_roster_check, class_roster, score_sheet)
"""Modules that enter what is checked of rosters, and templates that are filled in."""
