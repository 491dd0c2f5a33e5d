"""What a field or a mutation does: load, lock, ask a rule, write; speaks in rows.

Areas declare what the kernel calls; importing any resolver brings all of them in.
"""

from resolvers import assembly as assembly
