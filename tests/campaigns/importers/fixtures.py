"""One invented file for every registered importer.

A new importer adds a function here and one line to :data:`FIXTURES`; the
contract test then holds it to the rules of all importers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def shuffle_records(text: str) -> str:
    """Return a CSV text with its records in another order; the header stays."""
    header, *records = text.splitlines()
    return "\n".join([header, *records[1::2], *reversed(records[::2])]) + "\n"


@dataclass(frozen=True)
class Fixture:
    """An invented file.

    ``make`` takes a pollster's name and returns the file's text with one poll of
    that firm; ``polls`` is how many polls the file holds and ``rows`` how many
    raw rows; ``reorder`` changes the order of records where that order carries
    no meaning (None: it does).
    """

    file_name: str
    make: Callable[[str], str]
    polls: int
    rows: int
    reorder: Callable[[str], str] | None = shuffle_records

    @property
    def text(self) -> str:
        """Return the file's text."""
        return self.make("Example Research")


def five38(pollster: str) -> str:
    """Return three questions: two polls, and one that names a single candidate."""
    return f"""poll_id,question_id,state,start_date,end_date,created_at,pollster_rating_name,\
population,sample_size,methodology,number_options,partisan,party,candidate_name,pct,weight
1,11,National,2031-05-01,2031-05-03,2031-05-05,{pollster},lv,900,Online Panel,2,NA,DEM,Ann Ash,48,9
1,11,National,2031-05-01,2031-05-03,2031-05-05,{pollster},lv,900,Online Panel,2,NA,REP,Bob Béla,46,9
2,12,Maine CD-2,2031-05-02,2031-05-06,2031-05-06,Other,rv,NA,NA,3,REP,DEM,Ann Ash,41.5,1
2,12,Maine CD-2,2031-05-02,2031-05-06,2031-05-06,Other,rv,NA,NA,3,REP,REP,Bob Béla,50.5,1
3,13,Ohio,2031-05-02,2031-05-06,2031-05-06,Other,rv,500,NA,1,NA,DEM,Ann Ash,41.5,1
"""


def huffpost(pollster: str) -> str:
    """Return a poll asked in two forms, a poll of a state, and a subsample."""
    return f"""state,pollster,start.date,end.date,entry.date.time..et.,number.of.observations,\
population,mode,ash,beech,other,undecided,question.text,partisan,affiliation,cedar
--,{pollster},2031-05-01,2031-05-03,2031-05-05T1,900,Likely Voters,Web,48,46,2,4,Q,No,None,NA
--,{pollster},2031-05-01,2031-05-03,2031-05-05T1,900,Likely Voters,Web,44,43,2,4,Q,No,None,7
OH,Other,2031-05-02,2031-05-06,2031-05-07T1,NA,Adults,Phone,40,50,NA,10,Q,Sponsor,Rep,NA
OH,Other,2031-05-02,2031-05-06,2031-05-07T1,NA,Adults - Democrat,Phone,90,5,NA,5,Q,Sponsor,Rep,NA
"""


def two_party_2024(pollster: str) -> str:
    """Return three polls, one of them about a candidate not yet in the race."""
    return f"""poll_id,state,K,pollster,end_date,group,mode,candidate_sponsored,dem_candidate,Y,hyp
1,National,1000,{pollster},2031-05-03,lv,Online Panel,None,Ash,490,0
1,National,990,{pollster},2031-05-03,lv,Online Panel,None,Birch,480,1
2,Nebraska CD-2,400,Other,2031-05-06,rv,Unknown,DEM,Ash,208,0
"""


def swedishpolls(pollster: str) -> str:
    """Return two polls and one whose month is all that is known."""
    return f"""PublYearMonth,Company,M,L,C,KD,S,V,MP,SD,FI,Uncertain,n,PublDate,\
collectPeriodFrom,collectPeriodTo,approxPeriod,house
2031-maj,{pollster},20,4,6,5,30,8,6,19,NA,9,2000,2031-05-20,2031-05-01,2031-05-14,FALSE,{pollster}
2031-apr,Other,21,4,6,5,29,8,6,19,NA,NA,NA,2031-04-20,2031-04-01,2031-04-14,FALSE,Other
2031-mar,Other,21,4,6,5,29,8,6,19,NA,NA,1500,2031-03-20,2031-03-01,2031-03-14,FALSE,Other
"""


def ropf(pollster: str) -> str:
    """Return three polls, a second reading, a comment and the names of two lists."""
    return f"""‡ invented
•PF: {pollster} •FS: 2031-05-01 •FE: 2031-05-03 •PD: 2031-05-04 •SC: N •SS: 900 A: 48 B: 40.5 •O: 2
& A: 50 B: 43
•PF: Other •FS: 2031-04-01 •FE: 2031-04-03 •SC: N •SS: 800 A: 47 B+C: 44 •O: 3
•PF: Other •FS: 2031-03-01 •FE: 2031-03-03 •SC: N A: 47 B: <1 •O: 3

A: XX001 •A: AP •EN: Apple Party
B: XX002 •A: BP •EN: Banana Party
"""


def wikipedia(pollster: str) -> str:
    """Return two polls, an event row and a result row, as the saved CSVs hold them."""
    return f"""pollster_client,dates,area,sample_size,conservative,labour,liberal_democrat,lead,year
{pollster},3–5 May,GB,"1,000",40%,38%,12%,2%,2031
Other,1–2 May,GB,"2,000",41%,37%,12%,4%,2031
2030 general election,12 Dec,UK,–,43%,32%,11%,11%,2030
"""


def parlgov(pollster: str) -> str:
    """Return one election of two parties and a third without a share; there are no polls.

    The name stands in a column the importer does not read.
    """
    return f"""country_name_short,election_type,election_date,vote_share,seats,party_name_short,\
party_name_english,election_id,party_id,comment
XAA,parliament,2031-05-04,52,55,A,Apple Party,7,1,{pollster}
XAA,parliament,2031-05-04,44.5,45,B,Banana Party,7,2,
XAA,parliament,2031-05-04,,,C,Cherry Party,7,3,
XAA,ep,2032-05-04,40,9,A,Apple Party,8,1,
"""


def table(pollster: str) -> str:
    """Return two polls, a result, an average and a row without a date."""
    return f"""Institut,Feldzeit,Befragte,Ash,Beech,Cedar,Sonstige
{pollster},03.05.2031,"1.012",41.5,38,9,11.5
Other,28.04.2031,900,40,39,10,11
2030 general election,12.12.2030,,43,32,11,14
Average of all polls,28.04.2031,,40.8,38.5,9.5,11.2
Other,soon,900,40,39,10,11
"""


FIXTURES: dict[str, Fixture] = {
    "five38": Fixture("polls.csv", five38, polls=2, rows=5),
    "huffpost": Fixture("polls.csv", huffpost, polls=3, rows=4),
    "two_party_2024": Fixture("polls.csv", two_party_2024, polls=3, rows=3),
    "swedishpolls": Fixture("polls.csv", swedishpolls, polls=3, rows=3),
    "ropf": Fixture("xx.ropf", ropf, polls=4, rows=7, reorder=None),
    "wikipedia": Fixture("2031.csv", wikipedia, polls=2, rows=3, reorder=None),
    "table": Fixture("mine.csv", table, polls=2, rows=5),
    "parlgov": Fixture("view_election.csv", parlgov, polls=0, rows=4),
}
