"""The application: a table of routes, each with a page and a JSON twin."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from comparenotes.brief.plain import plain
from comparenotes.campaigns.snapshot import today
from comparenotes.errors import CompareNotesError, NotFoundError
from comparenotes.web import (
    forms,
    pages_charts,
    pages_compare,
    pages_facts,
    pages_message,
    pages_notes,
    pages_race,
    pages_record,
    pages_upload,
)
from comparenotes.web.ahead import FAR, Job, Moved
from comparenotes.web.library import Library, start
from comparenotes.web.made import Made
from comparenotes.web.notes import EditConflict
from comparenotes.web.render import page, static
from comparenotes.web.security import BRIEF_POLICY, App, Guard, Refused
from comparenotes.web.settings import Settings

Builder = Callable[[Library, Request], Made]
Expected = Callable[[Library, Request, dict[str, Any], Moved], Iterable[Job]]

MIME_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@dataclass(frozen=True)
class PageOf:
    """A page: its address, its template, and what makes its data and drawings.

    A page with a slider also says what it is cached by and which days may come next.
    """

    path: str
    template: str
    build: Builder
    title: str
    key: Callable[[Library, Request], Hashable] | None = None
    ahead: Expected | None = None


PAGES = (
    PageOf("/", "choose.html", pages_compare.choose, "Choose"),
    PageOf(
        "/compare",
        "compare.html",
        pages_compare.findings,
        "Findings",
        pages_compare.findings_key,
        pages_compare.ahead,
    ),
    PageOf(
        "/finding",
        "finding.html",
        pages_compare.one,
        "Finding",
        pages_compare.key,
        pages_compare.ahead,
    ),
    PageOf("/facts", "facts.html", pages_facts.facts_of, "Facts"),
    PageOf(
        "/race/{campaign}", "race.html", pages_race.race, "Race", pages_race.key, pages_race.ahead
    ),
    PageOf("/record/{campaign}", "record.html", pages_record.record, "Record"),
    PageOf("/message/{campaign}", "message.html", pages_message.message, "Message"),
    PageOf("/notes/{campaign}", "notes.html", pages_notes.shown, "Notes"),
    PageOf("/upload", "upload.html", pages_upload.shown, "Upload"),
)
"""Every page; its JSON twin has the same address with ``.json`` (``/index.json`` for ``/``)."""
LOOK = next(p for p in PAGES if p.path == "/facts")


def create_app(settings: Settings, library: Library | None = None) -> App:
    """Return the ASGI application with its guard before it."""
    desk = library or start(settings)
    routes = []
    for p in PAGES:
        twin = "/index.json" if p.path == "/" else f"{p.path}.json"
        routes.append(Route(twin, _twin(desk, p), methods=["GET"]))
        routes.append(Route(p.path, _page(desk, p), methods=["GET"]))
    routes += [
        Route("/brief", _brief(desk), methods=["GET"]),
        Route("/brief.json", _brief_json(desk), methods=["GET"]),
        Route("/brief.md", _brief_md(desk), methods=["GET"]),
        Route("/chart/{campaign}/{name}", _chart(desk), methods=["GET"]),
        Route("/notes/{campaign}", _save_note(desk), methods=["POST"]),
        Route("/upload", _upload(desk), methods=["POST"]),
        Route("/static/{name}", _static, methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            CompareNotesError: _problem,
            HTTPException: _http,
            Refused: _refused,
            Exception: _bug,
        },
    )
    app.router.redirect_slashes = False  # one address a page; no answer without a kind
    app.state.library = desk
    return Guard(app, settings)


def _page(library: Library, p: PageOf) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        # A step of the slider shows the page that the address without it shows.
        query, step, towards = _step(request.url.query)
        if step == "1" and p.key is not None and not library.ready(p.key(library, request)):
            return _first_look(library, request)
        made = p.build(library, request)
        address = f"{request.url.path}?{query}"
        text = made.rendered.get(address) or made.keep(address, _html(p, request, made, query))
        if p.ahead is not None:
            moved = Moved(FAR, towards) if step else Moved()
            library.expect(p.ahead(library, request, made.data, moved))
        return HTMLResponse(text)

    return respond


def _step(query: str) -> tuple[str, str, int]:
    """Return a query without the step the slider adds at its end, that step and its direction.

    1 asks for an answer at once, if need be a first look; 2 asks for the whole page. A
    minus says that the slider moves to earlier days.
    """
    head, mark, step = query.rpartition("&step=")
    if not mark or step.removesuffix("-") not in ("1", "2"):
        return query, "", 0
    return head, step[0], -1 if step.endswith("-") else 1


def _first_look(library: Library, request: Request) -> Response:
    """Return what is known of a day at once; the page asks again for the whole."""
    made = pages_facts.facts_of(library, request)
    return HTMLResponse(_html(LOOK, request, made, ""), 202)


def _html(p: PageOf, request: Request, made: Made, query: str | None = None) -> bytes:
    twin = ("/index" if p.path == "/" else request.url.path) + ".json"
    query = request.url.query if query is None else query
    text = page(
        p.template,
        d=made.data,
        svg=_safe(made.drawn),
        here=p.title,
        twin=f"{twin}?{query}" if query else twin,
    )
    return text.encode("utf-8", "replace")


def _safe(value: Any) -> Any:
    """Mark drawings as markup: they are made and escaped by this package."""
    from markupsafe import Markup

    if isinstance(value, str):
        return Markup(value)  # noqa: S704
    if isinstance(value, list):
        return [_safe(v) for v in value]
    if isinstance(value, dict):
        return {k: _safe(v) if k != "title" else v for k, v in value.items()}
    return value


def _twin(library: Library, p: PageOf) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        return _json(p.build(library, request).data)

    return respond


def _json(data: Any, status: int = 200) -> Response:
    text = json.dumps(plain(data), ensure_ascii=False, allow_nan=False)
    return Response(text, status, media_type="application/json")


def _brief(library: Library) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        from comparenotes.brief.html import render

        asked = forms.asked(request.query_params)
        home, away = pages_compare.opened(library, asked)
        key = ("brief", library.comparison_key(home, away, asked.as_of))

        def make() -> str:
            return render(pages_compare.comparison(library, asked))

        text: str = library.page(key, make)
        headers = {"content-security-policy": BRIEF_POLICY}
        if request.query_params.get("save") == "1":
            name = f"brief-{asked.home}-{asked.as_of.isoformat()}.html"
            headers["content-disposition"] = f'attachment; filename="{name}"'
        return HTMLResponse(text.encode("utf-8", "replace"), headers=headers)

    return respond


def _brief_json(library: Library) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        from comparenotes.brief.behind import full_dict

        return _json(
            full_dict(pages_compare.comparison(library, forms.asked(request.query_params)))
        )

    return respond


def _brief_md(library: Library) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        from comparenotes.brief.markdown import render

        asked = forms.asked(request.query_params)
        text = render(pages_compare.comparison(library, asked))
        return Response(text.encode("utf-8", "replace"), media_type="text/markdown")

    return respond


def _chart(library: Library) -> Callable[[Request], Any]:
    def respond(request: Request) -> Response:
        made = pages_charts.chart(library, request)
        told = {"content-disposition": f'attachment; filename="{made.name}"'}
        return Response(made.body, media_type=made.media_type, headers=told)

    return respond


def _save_note(library: Library) -> Callable[[Request], Any]:
    notes = next(p for p in PAGES if p.template == "notes.html")

    async def respond(request: Request) -> Response:
        fields = await _fields(request)
        name = request.path_params["campaign"]
        note_id = fields.pop("note", "")

        def work() -> Response:
            try:
                pages_notes.save(library, name, fields, note_id)
            except EditConflict as conflict:
                made = pages_notes.shown(
                    library,
                    request,
                    typed=conflict.yours,
                    conflict=conflict.now,
                    problem="This note was changed elsewhere since you opened it. "
                    "Nothing is lost: what you wrote is in the form, the notes as they are "
                    "now stand below. Save it as a new note, or copy it over.",
                )
                return HTMLResponse(_html(notes, request, made), 409)
            except NotFoundError:
                raise
            except CompareNotesError as e:
                why, status = e.one_line(), 422
            except OSError as e:
                why, status = f"The note cannot be kept: {e.strerror or e}", 500
            else:
                return RedirectResponse(f"/notes/{name}?saved=1", 303)
            # nothing typed is lost, whatever is wrong
            made = pages_notes.shown(library, request, typed=fields, problem=why, edited=note_id)
            return HTMLResponse(_html(notes, request, made), status)

        return await run_in_threadpool(work)

    return respond


def _upload(library: Library) -> Callable[[Request], Any]:
    upload = next(p for p in PAGES if p.template == "upload.html")

    async def respond(request: Request) -> Response:
        try:
            form = await request.form(max_files=1, max_fields=12)
        except HTTPException:
            raise
        except (ClientDisconnect, Refused):
            raise
        except Exception as e:
            raise CompareNotesError("the form cannot be read") from e
        file = form.get("file")
        data = await file.read() if isinstance(file, UploadFile) else b""
        name = (file.filename or "") if isinstance(file, UploadFile) else ""
        fields = {k: v for k, v in form.items() if isinstance(v, str)}
        await form.close()

        def work() -> Response:
            found, status = pages_upload.receive(library, name, data, fields)
            return HTMLResponse(_html(upload, request, found), status)

        return await run_in_threadpool(work)

    return respond


async def _fields(request: Request) -> dict[str, str]:
    try:
        form = await request.form(max_files=0, max_fields=20)
    except (HTTPException, ClientDisconnect, Refused):
        raise
    except Exception as e:
        raise CompareNotesError("the form cannot be read") from e
    return {k: v for k, v in form.items() if isinstance(v, str)}


async def _static(request: Request) -> Response:
    """Answer from memory and on the spot: it takes no thread, so it waits for none."""
    name = request.path_params["name"]
    body = static(name)
    if body is None:
        raise HTTPException(404)
    kind = MIME_TYPES[name.rpartition(".")[2]]
    return Response(body, media_type=kind, headers={"cache-control": "max-age=300"})


def _told(request: Request, status: int, what: str, hint: str = "") -> Response:
    if request.url.path.endswith(".json"):
        return _json({"error": what, "hint": hint, "status": status}, status)
    told = {"what": what, "hint": hint, "status": status, **_of_campaign(request)}
    return HTMLResponse(page("problem.html", d=told, here="", twin="", svg={}), status)


def _of_campaign(request: Request) -> dict[str, str]:
    """Return the campaign a page that cannot be shown is about, so that its others are near."""
    name = request.path_params.get("campaign", "")
    library: Library = request.app.state.library
    if name not in library.ids():
        return {"campaign": "", "asked": ""}
    try:
        asked = forms.day(request.query_params) or today()
    except CompareNotesError:
        asked = today()
    return {"campaign": name, "asked": asked.isoformat()}


def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, CompareNotesError)  # noqa: S101 - registered for it
    status = 404 if isinstance(problem, NotFoundError) else 422
    where = f"{problem.where}: " if problem.where else ""
    return _told(request, status, f"{where}{problem.what}", problem.hint or "")


def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for it
    words = {404: "There is no such page.", 405: "That cannot be done here."}
    return _told(request, problem.status_code, words.get(problem.status_code, problem.detail))


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refused)  # noqa: S101 - registered for it
    return _told(request, problem.status, problem.why)


def _bug(request: Request, problem: Exception) -> Response:
    return _told(
        request,
        500,
        f"Something in the program broke ({type(problem).__name__}).",
        "The other pages still work; the terminal that runs cn serve has the details.",
    )
