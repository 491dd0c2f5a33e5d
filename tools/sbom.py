"""Adds to a CycloneDX list what browsers run: `python -m tools.sbom build/sbom.json`."""

import json
import sys
from pathlib import Path
from typing import Any

from tools.fetched_packages import FetchedPackage, list_fetched_packages


def add_fetched_packages(listed: dict[str, Any]) -> dict[str, Any]:
    """Return a list of components with those that builds fetch by npm, each once."""
    fetched = [_describe_component(each) for each in list_fetched_packages()]
    known = {each["bom-ref"] for each in fetched}
    components = [each for each in listed.get("components", []) if each["bom-ref"] not in known]
    depending = [each for each in listed.get("dependencies", []) if each["ref"] not in known]
    root = listed.get("metadata", {}).get("component", {}).get("bom-ref")
    for each in depending:
        if each["ref"] == root:
            each["dependsOn"] = sorted({*each.get("dependsOn", []), *known})
    return listed | {
        "components": [*components, *fetched],
        "dependencies": [*depending, *({"ref": ref} for ref in sorted(known))],
    }


def _describe_component(package: FetchedPackage) -> dict[str, Any]:
    purl = f"pkg:npm/{package.name}@{package.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "description": "run by browsers alone, for the console at /graphql",
        "hashes": [{"alg": "SHA-512", "content": package.sha512}],
        "licenses": [{"license": {"id": package.licence}}],
    }


def main(arguments: list[str]) -> int:
    """Add them to a file."""
    (path,) = map(Path, arguments)
    listed = add_fetched_packages(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
