"""``cn serve``: the local page."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import click

from comparenotes.cli.options import examples
from comparenotes.cli.output import note
from comparenotes.errors import CompareNotesError

NEEDED = ("starlette", "uvicorn", "python_multipart")


@click.command(
    epilog=examples(
        "cn serve",
        "cn serve my-campaign/ --port 8400",
        "cn serve --texts us-2012=speeches.csv --workspace notes/",
    )
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8321,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--token", help="Asked of every request; needed beyond this machine.")
@click.option(
    "--name", "names", multiple=True, metavar="HOST", help="Another host name to answer to."
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where uploads and notes are kept. Default: the user's data folder.",
)
@click.option(
    "--texts",
    multiple=True,
    metavar="CAMPAIGN=PATH",
    help="Texts of a campaign, for its message with quotes.",
)
def serve(
    folders: tuple[Path, ...],
    host: str,
    port: int,
    token: str | None,
    names: tuple[str, ...],
    workspace: Path | None,
    texts: tuple[str, ...],
) -> None:
    """Open the local page, with campaign FOLDERS of your own beside the bundled ones.

    It listens on this machine only, unless --host says otherwise, which needs --token.
    """
    missing = [n for n in NEEDED if importlib.util.find_spec(n) is None]
    if missing:
        raise CompareNotesError(
            "the page needs packages that are not installed",
            where=", ".join(missing),
            hint="pip install 'comparenotes[web]'",
        )
    from comparenotes.web.settings import Settings, default_workspace

    settings = Settings(
        workspace=(workspace or default_workspace()).resolve(),
        folders=tuple(f.resolve() for f in folders),
        host=host,
        port=port,
        token=token or os.environ.get("CN_TOKEN") or None,
        names=names,
        texts=tuple(_texts(item) for item in texts),
    )
    from comparenotes.web.server import run

    run(settings, told=note)


def _texts(item: str) -> tuple[str, Path]:
    name, _, path = item.partition("=")
    if not name or not path:
        raise CompareNotesError(
            "not a campaign and its texts",
            where=f"--texts {item}",
            hint="like us-2012=speeches.csv",
        )
    if not Path(path).exists():
        raise CompareNotesError("no such file or folder", where=f"--texts {item}")
    return name, Path(path).resolve()
