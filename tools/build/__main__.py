"""``python -m tools.build RAW [OUT]``: build every packaged table, deterministically."""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path

from comparenotes.campaigns.catalogue import data_dir, write_catalogue
from comparenotes.campaigns.model import Campaign
from tools.build.known_since import account, dated

BUILDERS = ("us", "gb", "world", "more", "presidents")


def main() -> None:
    """Build the catalogue."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description=main.__doc__)
    parser.add_argument("raw", type=Path, help="folder of the raw files")
    parser.add_argument("out", type=Path, nargs="?", default=data_dir())
    parser.add_argument("--only", nargs="*", default=BUILDERS, choices=BUILDERS)
    args = parser.parse_args()
    campaigns: list[Campaign] = []
    for name in args.only:
        begin = time.perf_counter()
        module = importlib.import_module(f"tools.build.{name}")
        built = module.build(args.raw)
        campaigns += built
        print(f"{name}: {len(built)} campaigns in {time.perf_counter() - begin:.1f} s")
    campaigns = dated(campaigns)
    print("polling days:", "; ".join(f"{n} {why}" for why, n in account(campaigns).items()))
    write_catalogue(campaigns, args.out)
    print(f"{len(campaigns)} campaigns written to {args.out}")
    if set(args.only) == set(BUILDERS):
        from tools.build import (
            green_money,
            record,
            record_leaders,
            record_polls,
            record_support,
            seats,
            us_regions,
        )

        tables = {**record.build(args.raw), **record_polls.build(campaigns)}
        record.write({**tables, **record_leaders.build(args.raw, campaigns)}, args.out)
        record.write(green_money.build(args.raw), args.out)
        record.write(record_support.build(campaigns), args.out)  # its days are the leaders'
        us_regions.write(us_regions.build(args.raw), args.out)
        seats.write(seats.build(args.raw), args.out)  # its curves read the record
        print(f"record, regions and seats written to {args.out}")


if __name__ == "__main__":
    main()
