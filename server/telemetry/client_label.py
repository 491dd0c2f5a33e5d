"""What programs call themselves, as labels: few in a process, and none that hides a number."""

import re
from collections import Counter as Tally
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from prometheus_client import Counter

from resolvers.kernel.context import Context
from server.telemetry.redaction import PERSONAL_NUMBER_PATTERN

MOST_CLIENTS = 50
"""So many programs, with their versions, have a label of their own in a process and day."""
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 3, 10
"""So many of them are brought by one account, and from one address: neither fills all places."""
WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/@:+-]{0,63}", re.ASCII)


class ClientLabel(NamedTuple):
    """A program and its version; both are empty where it does not say."""

    name: str = ""
    version: str = ""


NO_LABEL, OTHER_LABEL = ClientLabel(), ClientLabel("other")


class ClientLabels:
    """Gives labels to those who come first in a day; whoever comes later is one of the others.

    Strangers have labels as well, but bring no new ones: they could fill the places with nonsense.
    So could anybody who registers, for which accounts and addresses bring few. Programs with a
    manifest keep their names whoever fills the places, and lose their versions alone.
    """

    def __init__(self, forget_figures: Callable[[], None] = lambda: None) -> None:
        self._forget_figures = forget_figures
        self._known = set[ClientLabel]()
        self._brought = Tally[str]()
        self._kept_names = frozenset[str]()
        self._day: date | None = None

    def keep_names(self, names: Iterable[str]) -> None:
        """Keep the names of programs that have a manifest."""
        self._kept_names = frozenset(names)

    def forget(self) -> None:
        """Free all places, and the figures by these labels: else they would grow day by day."""
        self._known.clear()
        self._brought.clear()
        self._forget_figures()

    def choose_label(self, context: object) -> ClientLabel:
        """Choose the label of the program that asks."""
        if not isinstance(context, Context) or context.client is None:
            return NO_LABEL
        day = context.service.today()
        if day != self._day:
            self._day = day
            self.forget()
        label = ClientLabel(context.client, context.client_version or "")
        if label in self._known:
            return label
        if _is_label(label) and self._take_place(context):
            self._known.add(label)
            return label
        return ClientLabel(label.name, "other") if label.name in self._kept_names else OTHER_LABEL

    def _take_place(self, context: Context) -> bool:
        account, address = context.viewer.account_id, context.address
        if account is None or len(self._known) >= MOST_CLIENTS:
            return False
        most = {f"account {account}": MOST_OF_ACCOUNT}
        if address:
            most[f"address {address}"] = MOST_OF_ADDRESS
        if any(self._brought[who] >= number for who, number in most.items()):
            return False
        self._brought.update(most.keys())
        return True


def _is_label(label: ClientLabel) -> bool:
    given = [part for part in label if part]
    return all(WORDS.fullmatch(part) and not PERSONAL_NUMBER_PATTERN.search(part) for part in given)


CLIENT_COUNTER = Counter(
    "jiuye_client_operations",
    "Operations of a day, by the program that asked, where it names itself, and by their outcome.",
    ("client", "version", "type", "status"),
)


@lru_cache(maxsize=1_000)
def find_client_counter(name: str, version: str, kind: str, status: str) -> Counter:
    """Return the counter of some labels."""
    return CLIENT_COUNTER.labels(name, version, kind, status)


def _forget_counters() -> None:
    CLIENT_COUNTER.clear()
    find_client_counter.cache_clear()


CLIENT_LABELS = ClientLabels(_forget_counters)
"""Those of the process."""
