"""Asked for help, a tool explains itself and writes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from migrations import released
from tools import controls, sdl, settings_page

PAGES = [
    (sdl.main, sdl.SNAPSHOT),
    (controls.main, controls.PAGE),
    (settings_page.main, settings_page.PAGE),
]


@pytest.mark.parametrize(("main", "page"), PAGES)
def test_help_writes_no_page(
    main: Callable[[list[str]], int], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = page.stat().st_mtime_ns
    with pytest.raises(SystemExit) as ended:
        main(["-h"])
    assert ended.value.code == 0
    assert page.name in capsys.readouterr().out
    assert page.stat().st_mtime_ns == before


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], [], ["0.2"], ["0.2.0", "0.3.0"]])
def test_what_is_no_release_is_not_entered_as_one(arguments: list[str]) -> None:
    before = released.DIGESTS.read_bytes()
    assert released.main(arguments) == 2
    assert released.DIGESTS.read_bytes() == before
