"""The configuration of htmx. Its defaults need inline styles and eval, which the CSP forbids."""

import json

CONFIG = {"includeIndicatorStyles": False, "allowEval": False, "selfRequestsOnly": True, "historyCacheSize": 0}
# The list answers an invalid filter with 400 and a message, which is swapped in and scrolled to.
LIST = CONFIG | {
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "400", "swap": True, "swapOverride": "outerHTML show:#refusal:top"},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
CONFIGS = {"desk": CONFIG, "list": LIST}


def htmx_config(page: str) -> str:
    """The content of the meta element `htmx-config` of `desk` or `list`."""
    return json.dumps(CONFIGS[page], separators=(",", ":"))
