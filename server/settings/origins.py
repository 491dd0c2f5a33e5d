"""Which pages may ask from a browser: a list of origins in one setting."""

from strawberry.http.websocket_origin import normalize_allowed_origins


def parse_origins(given: str) -> tuple[str, ...]:
    """Parse origins divided by commas into the form in which browsers send them.

    Raises ValueError for what is none, for `*` and for `null`, which is every sandboxed page.
    """
    named = [each for each in (part.strip() for part in given.split(",")) if each]
    if "*" in named:
        raise ValueError("name each origin: * would open the answers to every page")
    try:
        return tuple(sorted(normalize_allowed_origins(named)))
    except ValueError:
        shape = "https://example.com or capacitor://localhost"
        raise ValueError(f"must be origins such as {shape}, divided by commas") from None
