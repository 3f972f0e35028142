"""The Model Context Protocol server: read-only tools over :mod:`comparenotes.mcp.answers`.

Needs the extra ``mcp`` (the protocol's own Python SDK). Arguments are checked against
each tool's schema before anything is worked out; a problem with what was asked comes
back as a tool error in one line, and anything else as an error that tells nothing.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import ToolAnnotations
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from comparenotes.errors import CompareNotesError, did_you_mean
from comparenotes.mcp.access import Access
from comparenotes.mcp.answers import Answers

P = ParamSpec("P")

INSTRUCTIONS = """\
Compare Notes puts election campaigns side by side. Every reply names its as-of day, its \
sources and how its intervals are to be read: pass all three on with any number. Grades: \
measured (the 95% interval excludes no difference), suggestive (the 80% interval does), too few \
to say. 'carries_over' says whether a finding applies to the home campaign, with reasons. A \
forecast is a distribution: do not turn it into a call, and give both outcomes equal room. \
Name losers beside winners. 'cut' tells what a reply left out for length; ask again with more \
rows. Begin with 'campaigns' for the ids, or with 'suggest' for what to compare a campaign with.\
"""

MAX_NAME, MAX_AWAY, MAX_ISSUES, MAX_ROWS = 64, 6, 24, 500
FIRST_YEAR, LAST_YEAR = 1800, 2100


def _day(given: object) -> date:
    if isinstance(given, date):
        return given
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("write a day like 2024-08-18")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise ValueError(f"there is no day {given}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year is not in {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+", text):
        raise ValueError("an id holds letters, digits, '.', '_' and '-' only; paths are not taken")
    return text


Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME, description="Id of a campaign, like gb-next."),
    AfterValidator(_name),
]
Away = Annotated[
    list[Name],
    Field(min_length=1, max_length=MAX_AWAY, description="Ids of the campaigns to learn from."),
]
OneDay = Annotated[date, BeforeValidator(_day)]
Day = Annotated[
    OneDay | None,
    Field(
        description="Use only what was published by this day (YYYY-MM-DD). Default: today, or "
        "the eve of a finished campaign."
    ),
]
Earlier = Annotated[OneDay | None, Field(description="Also say what changed since this day.")]
Event = Annotated[OneDay | None, Field(description="Also measure what moved on this day.")]
Word = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Rows = Annotated[
    int, Field(ge=2, le=MAX_ROWS, description="Rows of the longest list; what is cut is counted.")
]


class Server(MCPServer[Any]):
    """The protocol's server, with problems told in one line and no argument ignored."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """Call a tool; a problem with what was asked is a ``ToolError`` of one line."""
        schema = self._tool_input_schema(name)
        if schema is not None:
            known = list(schema.get("properties", {}))
            # an ignored 'asof' would answer as of today
            unknown = next((a for a in arguments if a not in known), None)
            if unknown is not None:
                hint = did_you_mean(unknown[:40], known) or "arguments: " + ", ".join(known)
                raise ToolError(f"no such argument {unknown[:40]!r}. Hint: {hint}")
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as problem:
            if os.environ.get("CN_DEBUG"):
                raise
            cause = problem.__cause__
            what = " ".join(f"{type(cause).__name__}: {cause}".split())
            print(
                f"internal error in {name}: {what}. Hint: this is a bug; start the server "
                "with CN_DEBUG=1 and report what it prints",
                file=sys.stderr,
            )
            raise ToolError(f"internal error in {name}: a bug; see the server's log") from problem
        except ToolError as problem:
            cause = problem.__cause__
            if isinstance(cause, ValidationError):
                wrong = cause.errors(include_url=False, include_input=False)
                raise ToolError("; ".join(_told(e["loc"], e["msg"]) for e in wrong[:5])) from cause
            if isinstance(cause, ToolError):
                raise ToolError(str(cause)) from cause
            raise


def _told(where: tuple[int | str, ...], what: str) -> str:
    return f"{'.'.join(str(x) for x in where)}: {what.removeprefix('Value error, ')}"


def build(access: Access) -> Server:
    """Return the server for the campaigns of ``access``; ``run()`` speaks on stdio."""
    answers = Answers(access)
    server = Server(
        "comparenotes",
        title="Compare Notes",
        version=version("comparenotes"),
        instructions=INSTRUCTIONS,
        log_level="WARNING",
    )

    def tool(title: str) -> Callable[[Callable[P, dict[str, Any]]], Callable[P, dict[str, Any]]]:
        """Register a read-only tool whose problems come back in one line."""

        def register(f: Callable[P, dict[str, Any]]) -> Callable[P, dict[str, Any]]:
            @functools.wraps(f)
            def told(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
                try:
                    return f(*args, **kwargs)
                except CompareNotesError as problem:
                    raise ToolError(problem.one_line()) from problem

            server.add_tool(
                told,
                title=title,
                structured_output=True,
                annotations=ToolAnnotations(
                    read_only_hint=True,
                    destructive_hint=False,
                    idempotent_hint=True,
                    open_world_hint=False,
                ),
            )
            return told

        return register

    @tool("List campaigns")
    def campaigns(
        country: Annotated[
            str | None, Field(min_length=2, max_length=2, description="ISO code, like GB.")
        ] = None,
        search: Annotated[
            str | None, Field(max_length=MAX_NAME, description="Text in the id or title.")
        ] = None,
        upcoming: Annotated[bool, Field(description="Only elections after as_of.")] = False,
        as_of: Day = None,
        rows: Rows = 40,
    ) -> dict[str, Any]:
        """List the campaigns that can be asked for, with polling day and number of polls."""
        return answers.campaigns(country, search, upcoming, as_of, rows)

    @tool("Suggest campaigns to compare with")
    def suggest(home: Name, as_of: Day = None, rows: Rows = 40) -> dict[str, Any]:
        """Suggest campaigns to compare home with: a winner and a loser of each kind."""
        return answers.suggest(home, as_of, rows)

    @tool("Compare campaigns")
    def compare(
        home: Name, away: Away, as_of: Day = None, since: Earlier = None, rows: Rows = 40
    ) -> dict[str, Any]:
        """Say what home can learn from away: graded findings with intervals and reasons.

        It has a direction: compare(a, b) is not compare(b, a). With since, also what
        changed from that day.
        """
        return answers.compare(home, away, as_of, since, rows)

    @tool("Explain a finding")
    def explain(
        home: Name,
        away: Away,
        n: Annotated[int, Field(ge=1, le=MAX_ROWS, description="The finding's number.")],
        as_of: Day = None,
        rows: Rows = 40,
    ) -> dict[str, Any]:
        """Show everything behind finding n of compare: rows, formula, what would change it."""
        return answers.explain(home, away, n, as_of, rows)

    @tool("Where a race stands")
    def race(
        campaign: Name,
        as_of: Day = None,
        event: Event = None,
        region: Annotated[
            str | None, Field(max_length=MAX_NAME, description="Only this region, like US-PA.")
        ] = None,
        rows: Rows = 20,
    ) -> dict[str, Any]:
        """Show who leads in the polls and how surely, house effects and the distribution ahead.

        p_ahead_in_polls leaves out the error that all polls share; p_ahead has it in.
        """
        return answers.race(campaign, as_of, event, region, rows)

    @tool("What became of governments in the same position")
    def record(like: Name, as_of: Day = None, rows: Rows = 20) -> dict[str, Any]:
        """Show past governments in this campaign's position: base rates, winners and losers."""
        return answers.record(like, as_of, rows)

    @tool("How an issue features in what each side says")
    def message(
        campaign: Name,
        issues: Annotated[
            list[Word] | None,
            Field(
                max_length=MAX_ISSUES,
                description="Issues, like migration or green; ['all'] for every topic.",
            ),
        ] = None,
        as_of: Day = None,
        rows: Rows = 60,
    ) -> dict[str, Any]:
        """Show each side's share of sentences on issues, attack or own record, and how sure."""
        return answers.message(campaign, issues or (), as_of, rows)

    return server
