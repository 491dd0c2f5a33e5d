"""What programs call themselves, as labels: few in a process, and none that hides a number."""

import re
from typing import NamedTuple

from resolvers.kernel.context import Context
from server.telemetry.redaction import PERSONAL_NUMBER_PATTERN

MOST_CLIENTS = 50
"""So many programs, with their versions, have a label of their own in a process."""
WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/@:+-]{0,63}", re.ASCII)


class ClientLabel(NamedTuple):
    """A program and its version; both are empty where it does not say."""

    name: str = ""
    version: str = ""


NO_LABEL, OTHER_LABEL = ClientLabel(), ClientLabel("other")


class ClientLabels:
    """Gives labels to those who come first; whoever comes later is one of the others.

    Strangers have labels as well, but bring no new ones: they could fill the places with nonsense.
    """

    def __init__(self) -> None:
        self._known = set[ClientLabel]()

    def choose_label(self, context: object) -> ClientLabel:
        """Choose the label of the program that asks."""
        if not isinstance(context, Context) or context.client is None:
            return NO_LABEL
        label = ClientLabel(context.client, context.client_version or "")
        if label in self._known:
            return label
        known = context.viewer.account_id is not None and len(self._known) < MOST_CLIENTS
        if not known or not _is_label(label):
            return OTHER_LABEL
        self._known.add(label)
        return label


def _is_label(label: ClientLabel) -> bool:
    given = [part for part in label if part]
    return all(WORDS.fullmatch(part) and not PERSONAL_NUMBER_PATTERN.search(part) for part in given)


CLIENT_LABELS = ClientLabels()
"""Those of the process."""
