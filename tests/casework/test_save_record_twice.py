"""The same twice at the same moment, over two connections, makes one record."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from incidents.casework.services.errors import InvalidContentError
from incidents.casework.services.records import save_record
from incidents.records.models import Publisher, Revision, Source

pytestmark = pytest.mark.usefixtures("committed")
POST_BY_TWO_ADDRESSES = ("https://twitter.com/outlet/status/1500", "https://x.com/outlet/status/1500?s=20")


def test_two_requests_of_one_key_at_the_same_moment_make_one_record_and_use_one_code(documenter):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('casework_incident_code')")
        before = cursor.fetchone()[0]
    start = Barrier(2)

    def save(_number):
        start.wait(timeout=20)
        try:
            return save_record("incident", {"title_en": "A title"}, documenter, key="a-key-of-one-request").code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        codes = set(pool.map(save, range(2)))
    assert codes == {f"HDC-{before + 1:04d}"}
    assert Revision.objects.count() == 1


def test_of_two_sources_of_one_publication_the_second_is_told_the_code_of_the_first(documenter):
    report = {"source_kind": "social_post", "distance": "secondary"}
    start = Barrier(2)

    def save(address):
        start.wait(timeout=20)
        try:
            return save_record("source", report | {"title": address, "url": address}, documenter).code
        except InvalidContentError as refusal:
            return refusal.errors[0].existing
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(save, POST_BY_TWO_ADDRESSES))
    assert codes == [Source.objects.get().code] * 2


def test_two_sources_of_one_new_publisher_at_the_same_moment_make_it_once(documenter):
    report = {"source_kind": "social_post", "distance": "secondary", "publisher": "Herald"}
    start = Barrier(2)

    def save(title):
        start.wait(timeout=20)
        try:
            return save_record("source", report | {"title": title}, documenter).publisher.name_en
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(save, ("One", "Two"))) == ["Herald", "Herald"]
    assert Publisher.objects.count() == 1
