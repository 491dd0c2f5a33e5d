"""The checkpoints of an installation, as its settings say (ADR 0069)."""

from datetime import timedelta

from gateways.checkpoint_receiver import CheckpointReceiver
from gateways.checkpoint_store import CheckpointSigner, CheckpointStore
from gateways.signature import list_signing_keys
from gateways.time_stamp import TimeStamper, read_certificates
from resolvers.kernel.checkpoint import CheckpointPlan
from server.settings.settings import Settings


def build_checkpoint_plan(settings: Settings) -> CheckpointPlan | None:
    """Return how checkpoints are made; None where none are."""
    if settings.checkpoint_directory is None:
        return None
    return CheckpointPlan(
        store=CheckpointStore(settings.checkpoint_directory),
        signer=CheckpointSigner(list_signing_keys(settings.key_ring)),
        every=timedelta(minutes=settings.checkpoint_minutes),
        keep=timedelta(days=settings.checkpoint_keep_days),
        stamper=_build_stamper(settings),
        receiver=_build_receiver(settings),
    )


def _build_stamper(settings: Settings) -> TimeStamper | None:
    url, roots = settings.time_stamp_url, settings.time_stamp_roots
    return None if url is None or roots is None else TimeStamper(url, read_certificates(roots))


def _build_receiver(settings: Settings) -> CheckpointReceiver | None:
    token = settings.checkpoint_token.get_secret_value()
    url = settings.checkpoint_url
    return None if url is None else CheckpointReceiver(url, token)
