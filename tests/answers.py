"""What the public side answers, as tests read it: the words of a page, the codes of a list, the rows of a file."""

import csv
import io
import re
import zipfile
from typing import Any

from django.test import Client

CODE_OF_A_LIST = ' class="code"'


def words(page: Any) -> str:
    """A page, or a part of its markup, without tags; spaces made one, and none before a comma or full stop."""
    markup = page if isinstance(page, str) else page.content.decode()
    return re.sub(r" (?=[.,])", "", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))


def listed(page: str, mark: str = CODE_OF_A_LIST) -> list[str]:
    """The codes of the incidents that a page lists, in their order."""
    return re.findall(rf"<span{mark}>(HDC-\d{{4}})</span>", page)


def listed_at(client: Client, address: str) -> list[str]:
    """The same for the page at an address."""
    return listed(taken(client, address).decode())


def listed_on_all_pages(client: Client, query: str, path: str = "/incidents/", mark: str = CODE_OF_A_LIST) -> list[str]:
    """The same for the list of a query, page after page."""
    found: list[str] = []
    page = 1
    while True:
        response = client.get(f"{path}?{query}&page={page}" if query else f"{path}?page={page}")
        if response.status_code == 400 and page > 1:
            return found
        assert response.status_code == 200
        found += listed(response.content.decode().split('id="main"', 1)[1], mark)
        page += 1


def body(response: Any) -> bytes:
    """All of an answer, whether it is sent at once or in pieces."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def taken(client: Client, address: str) -> bytes:
    """The whole of what is at an address."""
    response = client.get(address)
    assert response.status_code == 200, (address, body(response))
    return body(response)


def csv_rows(client: Client, address: str) -> list[dict[str, str]]:
    text = taken(client, address).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def xlsx_cells(data: bytes, sheet: int = 1) -> list[list[str]]:
    """The texts and numbers of a sheet, row by row, as they stand in its XML."""
    xml = zipfile.ZipFile(io.BytesIO(data)).read(f"xl/worksheets/sheet{sheet}.xml").decode()
    assert "<f>" not in xml, "a formula"
    rows = re.findall(r"<row [^>]*?>(.*?)</row>", xml, re.S)
    return [re.findall(r"<(?:t(?: [^>]*)?|v)>(.*?)</(?:t|v)>", row, re.S) for row in rows]
