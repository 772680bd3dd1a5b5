"""What a reader may ask of the list of incidents, for tests that try any of it."""

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from incidents.vocabulary import Conduct, Grade, StepStatus

LIMITS: dict[str, Any] = {
    "grade": st.lists(st.sampled_from(Grade.values), max_size=3),
    "conduct": st.lists(st.sampled_from(Conduct.values), max_size=3),
    "oblast": st.lists(st.sampled_from(["UA-14", "UA-23", "UA-63", "RU-KRS", "UA-46"]), max_size=3),
    "investigation": st.sampled_from(["any", "none", *StepStatus.values]).map(lambda code: [code]),
    "killed_min": st.integers(1, 60).map(lambda n: [str(n)]),
    "date_from": st.sampled_from(["2022", "2024-03", "2024-11-24"]).map(lambda day: [day]),
    "q": st.sampled_from(["drone", "розстріл", "hdc", "video court"]).map(lambda words: [quote(words)]),
}
ORDERS = {"sort": st.sampled_from(["date", "-date", "killed", "-killed", "published", "-published"]).map(lambda s: [s])}


def queries(choices: dict[str, Any]) -> st.SearchStrategy[str]:
    """Queries of any of the choices, none among them."""
    return st.fixed_dictionaries({}, optional=choices).map(
        lambda chosen: "&".join(f"{name}={value}" for name, values in chosen.items() for value in values)
    )
