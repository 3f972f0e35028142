"""Who is meant in the texts that were coded for stance before, and who governed.

The coder itself is fitted by :mod:`tools.train.stance_fit`.
"""

from __future__ import annotations

from comparenotes.message.sides import Side

CUE_SCALE, NEAR_SCALE = 0.35, 0.175
"""Of a sentence's own cues and of those around it, beside words of length one."""
GENERIC = Side("any", "any", ("Republicans", "Republican", "Democrats", "Democrat", "GOP"), False)
PEOPLE = {
    "dem": "Barack Obama,Obama,Biden,Hillary Clinton,Clinton,Hillary,Gore,Kerry,Dukakis,Bentsen,"
    "Carter,Mondale,Kennedy,Harris,Kamala Harris,Democrats,Democrat,Democratic,Kaine,"
    "Senator Kennedy",
    "rep": "Mitt Romney,Romney,Governor Romney,Paul Ryan,Ryan,Donald Trump,Trump,Donald,Pence,Bush,"
    "George,McCain,Palin,Cheney,Dole,Kemp,Reagan,Nixon,Republicans,Republican,GOP,Quayle",
    "lab": "Labour,New Labour,Blair,Brown,Tony Blair,Gordon Brown",
    "con": "Conservatives,Conservative,Tory,Tories,Thatcher,Major,Cameron,Hague",
    "ld": "Liberal Democrats,Liberal Democrat,Alliance,Ashdown,Kennedy,Clegg",
}
AGAINST = {"dem": "rep", "rep": "dem", "lab": "con", "con": "lab", "ld": "con"}


def governs(side: str, file: str) -> bool:
    """Return whether a side of the coded texts held the office at the time."""
    year = side[-2:]
    if side.startswith("ld"):
        return False
    if side.startswith(("lab", "con")):
        return side[:3] == ("lab" if year in {"01", "05", "10"} else "con")
    if file == "us_conventions_2012.csv" or file == "us_2016_speeches":
        return side == "dem"
    return side[:3] == ("dem" if year in {"00", "96", "12", "16", "68"} else "rep")
