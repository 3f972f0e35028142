"""The campaigns older than the catalogue: their table is whole and sensible."""

from __future__ import annotations

import pytest

from comparenotes.campaigns.catalogue import campaign_ids
from comparenotes.message.bundled import figures
from comparenotes.message.earlier import EARLIER, earlier, sources_of


@pytest.mark.parametrize("name", EARLIER)
def test_a_campaign_is_whole(name: str) -> None:
    c = earlier(name)
    country, year = name.split("-")
    assert c.id == name
    assert c.country == country.upper()
    assert c.election_date.year == int(year)
    assert c.government.since is not None
    assert c.government.since < c.election_date
    assert len(c.government.parties) == 1
    assert {x.role for x in c.contenders} == {"government", "opposition"}
    head = c.government.head
    leads = {x.candidate for x in c.contenders if x.role == "government"}
    assert country == "us" or head in leads  # a president may not stand again
    assert all(x.family and x.candidate for x in c.contenders)
    assert all(len(s) > 20 for s in sources_of(name))
    assert set(figures(name, c.election_date)["contender"]) <= set(c.contender_ids)


def test_none_is_in_the_catalogue() -> None:
    assert not set(EARLIER) & set(campaign_ids())
    assert len(EARLIER) == 12


def test_another_is_not_known() -> None:
    with pytest.raises(KeyError):
        earlier("us-1900")
