"""What areas declare, imported so that the kernel's tables are whole whoever asks them."""

from rules.hiring import hire_form
from rules.training import training_form

DECLARING = (hire_form, training_form)
"""Modules that enter forms of rosters."""
