"""A comparison as Markdown; names are escaped, so that none can become markup."""

from __future__ import annotations

import html
import re

from comparenotes import words
from comparenotes.brief import phrases
from comparenotes.brief.labels import title
from comparenotes.brief.lessons_block import BELOW, block
from comparenotes.brief.message_charts import messages_of
from comparenotes.brief.outlook import outlook_of
from comparenotes.compare.comparison import Comparison
from comparenotes.document.chart import clean
from comparenotes.message.words import quote_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$!])")


def escape(text: object) -> str:
    """Return ``text`` on one line with HTML and Markdown marks made harmless."""
    plain = html.escape(clean(text), quote=False)
    return re.sub(r"(?i)\b(https?|ftp)://", r"\1:​//", _SPECIAL.sub(r"\\\1", plain))


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(escape(h) for h in head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(escape(v) for v in row)} |" for row in rows]


def render(comparison: Comparison) -> str:
    """Return the brief as Markdown, ending in a newline."""
    c = comparison
    out = [line for age in c.ages for line in (escape(age), "")]
    out += [f"# {escape(c.headline())}", "", escape(phrases.lede(c)), ""]
    out += [f"- {escape(note)}" for note in c.notes]
    found = block(c)
    if found.rows:
        out += ["", f"## {found.heading}", ""]
        out += _table(list(found.columns), [list(r.cells()) for r in found.above])
    if found.below:
        out += ["", BELOW, ""]
        out += _table(list(found.columns), [list(r.cells()) for r in found.below])
    out += ["", "## What to take home", ""]
    top = phrases.take_home(c)
    for f in top:
        verdict = f"*{f.grade} · carries over: {f.carries_over}.*"
        facts = escape(phrases.reasons_line(f.reasons))
        out += [f"**{c.number(f)}.** {escape(f.claim)}  ", f"{verdict} {facts}", ""]
    if not top:
        out += ["No finding has a number yet.", ""]
    out += ["## All findings", ""]
    for f in c.findings:
        if f.failed:
            continue
        out += [f"### {c.number(f)}. {escape(title(f, c))}", "", escape(f.claim), ""]
        out += [f"- {escape(d)}" for d in f.details]
        facts = escape(phrases.reasons_line(f.reasons))
        out += [
            f"- Number: {escape(phrases.interval_line(f))}",
            f"- Grade: {escape(phrases.why_grade(f))}",
            f"- Carries over: {f.carries_over} (rule {escape(f.rule or 'none')}). {facts}",
            "",
        ]
    for said in messages_of(c):
        out += [f"## What each side spoke of: {escape(said.told.facts.name)}", ""]
        for issue, lines in said.told_lines():
            out += [f"- {escape(issue)}. {escape(' '.join(lines))}"]
        out += [""]
        for issue, side, own in said.quotes():
            out += [f"{escape(issue.capitalize())}, {escape(side)}:", ""]
            out += [f"- {escape(quote_line(q))}" for q in own] + [""]
    if c.since:
        out += [f"## Since {words.day(c.since)}", ""]
        out += [f"- {escape(m.sentence())}" for m in c.changes] or ["No finding moved."]
        out += [""]
    outlook = outlook_of(c)
    if outlook is not None:
        out += [f"## {outlook.title}: {escape(c.facts[c.home.id].name)}", ""]
        out += [f"- {escape(f'{label}: {sentence}')}" for label, sentence in outlook.lines()]
        out += [""]
    boxes = phrases.outcomes(c)
    if boxes:
        out += ["## Both outcomes", ""]
        for box in boxes:
            out += [f"**{escape(box.title)}.** {escape(box.text)}", ""]
    sheets = list(c.facts.values())
    rows = [s.rows() for s in sheets]
    out += ["## What decides whether it carries over", ""]
    out += _table(
        ["", *(s.name for s in sheets)],
        [[rows[0][i][0], *(r[i][1] for r in rows)] for i in range(len(rows[0]))],
    )
    failed = f"Failed: {' '.join(phrases.failures(c))}" if c.failed else "None failed."
    out += ["", "---", ""]
    out += [
        f"As of {words.day(c.as_of)}; nothing published later was used.",
        escape(f"{phrases.poll_age(c)} Tested: {c.tested}. {failed}"),
        "",
    ]
    left = phrases.left_out(c)
    if left:
        out += [f"Left out. {escape(' '.join(left))}", ""]
    rate = phrases.hit_rate_line(c)
    if rate:
        out += [escape(rate), ""]
    out += [f"Sources: {escape('; '.join(c.sources()) or 'none')}."]
    return "\n".join(out).replace("\n\n\n", "\n\n") + "\n"
