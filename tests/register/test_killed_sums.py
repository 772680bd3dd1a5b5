"""How many people are reported killed in several incidents: on the home page and for the filter of a list."""

from tests.answers import words
from tests.published import publish


def test_the_list_says_how_many_people_are_reported_killed_under_its_filter(client, committed):
    publish("source", "S-0001")
    donetsk = {"precision": "region", "country": "UA", "oblast": "UA-14"}
    publish("incident", "HDC-0001", place=donetsk, killed={"low": 2, "best": 5, "high": 7, "sources": {}})
    publish("incident", "HDC-0002", place=donetsk, killed={"low": 3, "best": 3, "high": 3, "sources": {}})
    publish("incident", "HDC-0003", place=donetsk, killed={"low": None, "best": None, "high": None, "sources": {}})
    kursk = {"precision": "region", "country": "RU", "oblast": "RU-KRS"}
    publish("incident", "HDC-0004", place=kursk, killed={"low": 40, "best": None, "high": 50, "sources": {}})

    narrowed = words(client.get("/incidents/?oblast=UA-14"))
    assert "In the 2 for which a number is given, between 5 and 10 people are reported killed." in narrowed
    assert "The best estimates come to 8. For one more, no number is given." in narrowed
    everything = words(client.get("/incidents/"))
    assert "In the 3 for which a number is given, between 45 and 60 people are reported killed." in everything
    assert "Not all of them have a best estimate." in everything
