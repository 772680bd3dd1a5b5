"""What there is to see and to take away is reached from every page, and lists name their feeds to readers of feeds."""

import re

import pytest

pytestmark = pytest.mark.usefixtures("starting_register")

FILTER = "grade=corroborated&oblast=UA-14"
OFFERED = ("/incidents/", "/map/", "/timeline/", "/figures/", "/api/", "/register.zip")


def hrefs(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["/", "/incidents/HDC-0001/", "/sources/", "/methodology/"])
@pytest.mark.parametrize("language", ["", "/uk"])
def test_every_page_leads_to_all_views_and_to_the_data(client, path, language):
    foot = hrefs(client, language + path).split('<footer class="footer">')[1]
    for offered in OFFERED:
        assert f'href="{language}{offered}"' in foot
        if offered != "/register.zip":
            assert client.get(language + offered).status_code == 200


@pytest.mark.parametrize("language", ["", "/uk"])
def test_map_and_charts_stand_in_the_main_navigation_and_know_where_they_are(client, language):
    for path in ("/map/", "/figures/"):
        navigation = hrefs(client, language + path).split('class="masthead-nav"')[1].split("</nav>")[0]
        assert re.findall(r'href="([^"]*)" aria-current="page"', navigation) == [language + path]


@pytest.mark.parametrize("path", ["/incidents/", "/map/", "/timeline/", "/figures/"])
@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_list_names_its_feed_with_its_filter(client, path, language):
    page = hrefs(client, f"{language}{path}?{FILTER}&page=1")
    feed = re.search(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', page).group(1)
    assert feed == f"{language}/incidents.atom?{FILTER.replace('&', '&amp;')}"
    assert client.get(feed.replace("&amp;", "&")).headers["Content-Type"].startswith("application/atom+xml")


def test_corrections_name_their_feed(client):
    page = hrefs(client, "/corrections/")
    assert re.search(r'type="application/atom\+xml" title="[^"]+" href="/corrections.atom"', page)


def test_the_page_about_the_data_and_home_offer_the_rest(client):
    data, home = hrefs(client, "/api/"), hrefs(client, "/")
    assert 'href="/register.zip"' in data
    assert 'href="/figures/"' in data
    assert home.count('href="/figures/"') == 3  # navigation, text, foot
    assert home.count('href="/api/"') == 2
