"""What a batch's exports say of who may import its results (X2, X4)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, literal_column, select

from loaders.filter import Columns
from loaders.related_value import RelatedValue, parse_accounts
from models import BatchExport, BatchState
from resolvers.kernel.service import Service
from rules.kernel.parameter import Policy
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import PossibleAction
from rules.payment.disbursement import IMPORTER_DIFFERS, list_possible_actions


def _find_exporters(own: Columns) -> Select[Any]:
    """Find who had a batch's file written, in one text."""
    other = BatchExport.__table__.alias("e")
    accounts = func.string_agg(cast(other.c.account_id, Text).distinct(), literal_column("' '"))
    return select(accounts).where(other.c.batch_id == own["id"])


EXPORTERS = RelatedValue(_find_exporters, parse_accounts)


def select_barred_importers(
    exporters: Collection[UUID], region: str, policy: Policy, today: date
) -> Collection[UUID]:
    """Select who may not import a batch's results: who exported it, where that is decided (X2)."""
    return exporters if policy.get_flag(IMPORTER_DIFFERS, region, today) else ()


def list_batch_actions(
    state: BatchState,
    region: str,
    exporters: Collection[UUID],
    *answered: int,
    viewer: Viewer,
    service: Service,
    policy: Policy,
) -> Sequence[PossibleAction]:
    """List what finance may do to a batch today (X4)."""
    barred = select_barred_importers(exporters, region, policy, service.today())
    return list_possible_actions(state, *answered, exported_by=barred, viewer=viewer)
