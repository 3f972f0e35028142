"""Why texts, files and sentences are left out: one object a reason, counted under it.

A reason is the words for many things, so that counts of it stay readable wherever they are
kept; it knows the words for one thing, and whether files or a language are at fault.
"""

from __future__ import annotations

from comparenotes.message.tables import TABLES


class Why(str):
    """Why things are left out, in the plural; ``one`` is the same of a single thing.

    ``file`` and ``language`` say that there was nothing to read in files, or no language that
    is covered.
    """

    one: str
    file: bool
    language: bool

    def __new__(cls, many: str, one: str, file: bool = False, language: bool = False) -> Why:
        """Return the reason."""
        new = super().__new__(cls, many)
        new.one, new.file, new.language = one, file, language
        return new

    def __reduce__(self) -> tuple[type[Why], tuple[str, str, bool, bool]]:
        return Why, (str(self), self.one, self.file, self.language)


COPIES = Why("copies of a text already counted", "copy of a text already counted")
EARLIER = Why("texts of the last election or before", "text of the last election or before")
WORDLESS = Why("texts without a sentence", "text without a sentence")
NOBODYS = Why(
    "transcripts in which no speaker is known to be the contender (a line 'speaker' says who)",
    "transcript in which no speaker is known to be the contender (a line 'speaker' says who)",
)
UNREADABLE = Why(
    "texts whose date cannot be read (write YYYY-MM-DD)",
    "text whose date cannot be read (write YYYY-MM-DD)",
)
LINKS = Why("links that lead out of the folder", "link that leads out of the folder")
NO_CONTENDER = Why(*("no contender of the campaign named (moderator, audience)",) * 2)
EMPTY_TEXTS = Why("empty texts", "empty text", file=True)
EMPTY_FILES = Why("empty files", "empty file", file=True)
_READ = f"not .md, .txt, {', '.join(TABLES[:-1])} or {TABLES[-1]}"
OTHER_FILES = Why(f"files that are {_READ}", f"file that is {_READ}", file=True)
BINARY = Why("files that hold no text (binary)", "file that holds no text (binary)", file=True)
FRONT_MATTER = Why(
    "files whose front matter does not end", "file whose front matter does not end", file=True
)
NOT_UTF8 = Why(
    "files with bytes that are not UTF-8 (those bytes only)",
    "file with bytes that are not UTF-8 (those bytes only)",
    file=True,
)
_KNOWN = {
    str(w): w
    for w in (COPIES, EARLIER, WORDLESS, NOBODYS, UNREADABLE, LINKS, NO_CONTENDER, EMPTY_TEXTS,
              EMPTY_FILES, OTHER_FILES, BINARY, FRONT_MATTER, NOT_UTF8)
}  # fmt: skip


def known(words: str) -> Why:
    """Return the reason of these words, as a corpus keeps it; what is not known has one form."""
    return _KNOWN.get(words) or Why(words, words)


def uncovered(language: str) -> Why:
    """Return the reason of sentences in a language that is not covered."""
    rest = f"in a language that is not covered ({language})"
    return Why(f"sentences {rest}", f"sentence {rest}", language=True)


def other_genre(genre: str) -> Why:
    """Return the reason of sentences of a genre that is not shown."""
    rest = f"of another genre ({genre})"
    return Why(f"sentences {rest}", f"sentence {rest}")


def counted(n: int, why: Why) -> str:
    """Return why ``n`` things are left out, in the singular for one."""
    return why.one if n == 1 else why
