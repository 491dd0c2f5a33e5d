"""The regions of GB/T 2260 as they stand now, and who stands above whom (X6, X10)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import stdnum
from stdnum import numdb

from models.kernel.region import RegionLevel
from rules.kernel.refusal import Reason, Unreadable

NATION_CODE = "000000"

ENTRY_PATTERN = re.compile(r"(?:\[(?P<first>[0-9]*)-(?P<last>[0-9]*)\])?(?P<name>.+)")

NAME_CORRECTIONS: Mapping[str, str | None] = {
    # Set up in April 2021 (State Council, Guohan 2021 No. 43); the source lacks the two new ones.
    "330113": "临平区",
    "330114": "钱塘区",
    # Long abolished, but without an end year in the source: Shennongjia is 429021, Suizhou 421300.
    "422900": None,
    "422921": None,
    "429001": None,
    # In the source in traditional characters, or in words of before 2007.
    "232761": "加格达奇区",
    "232762": "松岭区",
    "232763": "新林区",
    "232764": "呼中区",
    "419000": "省直辖县级行政区划",
    "429000": "省直辖县级行政区划",
    "469000": "省直辖县级行政区划",
    "659000": "自治区直辖县级行政区划",
}
"""Where python-stdnum's table is behind the lists of the civil affairs and statistics offices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of GB/T 2260. 行政区划"""

    code: str
    name: str
    level: RegionLevel
    parent: str | None


def list_ancestors(code: str) -> tuple[str, ...]:
    """List a region and all above it, the most specific first; abolished codes too (X6)."""
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000", NATION_CODE)))


def compute_code_range(code: str) -> tuple[str, str]:
    """Return the first and the last code of a region's tree (X10)."""
    stem = {RegionLevel.NATION: "", RegionLevel.PROVINCE: code[:2], RegionLevel.CITY: code[:4]}
    return code, stem.get(_find_level(code), code).ljust(6, "9")


def is_city_district(code: str) -> bool:
    """Return whether it is a district of a city 市辖区: no county, no county-level city.

    Cities have 01-20 and 51-70 as their second pair, and their districts 01-20 and 51-80 as the
    third; in a prefecture, as in Yanbian, those are county-level cities (GB/T 2260-2007).
    """
    city, district = int(code[2:4]), int(code[4:6])
    return (1 <= city <= 20 or 51 <= city <= 70) and (1 <= district <= 20 or 51 <= district <= 80)


def parse_region(text: object) -> str | Unreadable:
    """Read the code of a region that exists now (X21)."""
    if not isinstance(text, str) or text not in REGIONS:
        return Unreadable(Reason.NOT_A_REGION)
    return text


def _find_level(code: str) -> RegionLevel:
    if code == NATION_CODE:
        return RegionLevel.NATION
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.DISTRICT


def _find_current_name(entries: str) -> str | None:
    # "[1983-1987]伊通县,[1988-]伊通满族自治县": who has no last year stands now.
    for entry in entries.split(","):
        found = ENTRY_PATTERN.fullmatch(entry)
        if found and not found["last"]:
            return found["name"]
    return None


def _iterate_names() -> Iterator[tuple[str, str]]:
    # Read, not got: python-stdnum would keep the table, several times the size of these names.
    with (files(stdnum) / "cn" / "loc.dat").open(encoding="utf-8") as lines:
        table = numdb.read(lines)
    for _, province, _, _, parts in table.prefixes:
        for _, part, _, properties, _ in parts:
            name = _find_current_name(properties["county"])
            # Under ...01 the standard has a line for all of a city's districts; nobody lives there.
            if name and not (name == "市辖区" and part.endswith("01")):
                yield f"{province}{part}", name


def _build_region(code: str, name: str) -> Region:
    above = list_ancestors(code)
    return Region(
        code=code, name=name, level=_find_level(code), parent=above[1] if len(above) > 1 else None
    )


def _build_regions() -> Mapping[str, Region]:
    names: dict[str, str | None] = {
        NATION_CODE: "全国",
        **dict(_iterate_names()),
        **NAME_CORRECTIONS,
    }
    ordered = sorted(names.items(), key=lambda item: (len(list_ancestors(item[0])), item[0]))
    return MappingProxyType({code: _build_region(code, name) for code, name in ordered if name})


REGIONS = _build_regions()
"""All current regions by code, those above before those below."""


_PARENT_CODES = frozenset(region.parent for region in REGIONS.values())


def is_lowest_region(code: str) -> bool:
    """Return whether it is a district or county, or one of the few cities that have none."""
    return code in REGIONS and code not in _PARENT_CODES


def get_region_name(code: str, *, viewer: object = None) -> str:
    """Return a region's full name, the province first: 吉林省长春市南关区."""
    above = [
        REGIONS[c].name for c in reversed(list_ancestors(code)) if c != NATION_CODE and c in REGIONS
    ]
    return "".join(above) or REGIONS[NATION_CODE].name
