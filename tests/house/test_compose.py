"""What compose.yaml starts, read as text: the programs of one service share what they must."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "compose.yaml").read_text(encoding="utf-8")


def services() -> dict[str, str]:
    """Divide the file's services: what stands below each name."""
    _, block = TEXT.split("\nservices:\n")
    names_and_bodies = re.split(
        r"^  ([a-z]+):\n", re.split(r"^\S", block, flags=re.M)[0], flags=re.M
    )
    return dict(zip(names_and_bodies[1::2], names_and_bodies[2::2], strict=True))


def mounted(body: str) -> list[str]:
    return re.findall(r"^      - ([a-z]+:/[a-z/]+)", body, flags=re.M)


def test_service_and_worker_keep_files_in_the_same_place() -> None:
    """A roster that the service took in is read by the worker."""
    staying = {
        name: body
        for name, body in services().items()
        if "image: jiuye\n" in body and "restart: unless-stopped" in body
    }
    assert staying.keys() == {"service", "worker"}
    for body in staying.values():
        assert mounted(body) == ["files:/data"]
        assert "read_only: true" in body


def test_every_volume_that_is_mounted_is_declared() -> None:
    declared = set(re.findall(r"^  ([a-z]+):$", TEXT.split("\nvolumes:\n")[1], flags=re.M))
    named = {each.split(":")[0] for body in services().values() for each in mounted(body)}
    assert named == declared
