"""``python -m tools.names``: write the names that the shell completes, from the tables."""

from __future__ import annotations

import json

from comparenotes.cli.names import FILE


def known() -> dict[str, list[str]]:
    """Return the names by kind, as the package knows them now."""
    from comparenotes.campaigns.catalogue import campaign_index
    from comparenotes.campaigns.importers import IMPORTERS
    from comparenotes.campaigns.model import SYSTEMS
    from comparenotes.message.issues import TOPICS, UNIONS

    index = campaign_index()
    return {
        "campaigns": index["id"].sort().to_list(),
        "countries": index["country"].unique().sort().to_list(),
        "issues": sorted(["all", *TOPICS, *UNIONS]),
        "sources": sorted(["auto", *IMPORTERS]),
        "systems": sorted(SYSTEMS),
    }


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(known(), indent=0) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}: {', '.join(f'{len(v)} {k}' for k, v in known().items())}")


if __name__ == "__main__":
    main()
