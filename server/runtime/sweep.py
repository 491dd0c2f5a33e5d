"""Sweeping once, of all that is swept by its age, and telling how far it is (`jiuye sweep`)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from resolvers.files.file_sweep import sweep_unused_files
from resolvers.kernel.background import JobContext, RetentionSettings
from resolvers.kernel.clearing import CLEARINGS
from resolvers.kernel.sweep import SWEEPS
from resolvers.rosters.roster_clearing import clear_next_rows
from server.database.pools import open_patient_service
from server.settings.settings import Settings


def build_retention_settings(settings: Settings) -> RetentionSettings:
    """Read how long what has done its service is kept."""
    return RetentionSettings(
        requests=timedelta(days=settings.request_keep_days),
        sessions=timedelta(days=settings.session_keep_days),
        sign_ins=timedelta(days=settings.sign_in_keep_days),
        applicants=timedelta(days=settings.applicant_keep_days),
        schema_usage=timedelta(days=settings.schema_usage_keep_days),
    )


async def sweep_everything(
    settings: Settings, tell: Callable[[str, int], None], *, strange_files: bool = False
) -> Mapping[str, int]:
    """Sweep once, piece by piece, with pools of its own; tell after each how much is gone.

    Files come last: those of rosters and appeals that were cleared before are among them.
    """
    counts: dict[str, int] = {}
    async with open_patient_service(settings) as service:
        work = JobContext(service=service, retention=build_retention_settings(settings))
        for name, sweep in {**SWEEPS, **CLEARINGS, "roster_rows": clear_next_rows}.items():
            counts[name] = 0
            while gone := await sweep(work):
                counts[name] += gone
                tell(name, counts[name])
        swept = await sweep_unused_files(service, strange=strange_files)
    return {**counts, "uploads": swept.uploads, "files": swept.objects}
