"""`make scan`: wapiti and schemathesis against a demonstration of its own, once as a stranger and once in each role.

Demo mode asks for no second factor, which is how scanners can sign in. Reports lie in .scan/. Exit status: 0 nothing
was found, 1 something was found, 2 a scanner could not do its work, so that nothing follows from its silence.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".scan"
SERVER_LOG = FOLDER / "demonstration.log"
WAPITI = ROOT / ".venv-scan" / "bin" / "wapiti"
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
PASSWORD = "scanned-and-thrown-away"  # noqa: S105 - of accounts that exist while this runs
PATIENCE_MINUTES = 6
GRACE_SECONDS = 300  # beyond a scanner's own bound, after which it is ended

# Of wapiti's modules those that ask nothing of other hosts. Left out are log4shell, spring4shell, ssrf, takeover, wapp,
# htp, nikto, cms, wp_enum, xxe (they fetch lists from elsewhere or listen there), ssl (that is a proxy's), buster (its
# words outlast any bound), network_device and printer.
MODULES = "backup,brute_login_form,crlf,csrf,exec,file,htaccess,ldap,methods,permanentxss,redirect,shellshock,sql"
MODULES += ",timesql,upload,xss"

# What would end the scanner's own session, or lock out the account of a later scan.
KEEP_OUT = (
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/sessions/*",
    "/accounts/2fa/*",
    "/admin/logout/",
    "/admin/people/user/*",
)

# One record is like another: of the many of the starting register a few are left, so that a bounded scan meets every
# page.
REPEATED = (
    "S-01",
    "S-02",
    "I-001",
    "I-002",
    "HDC-001",
    *(f"{kind}-00{tens}" for kind in "ST" for tens in range(1, 10)),
)


@dataclass(frozen=True)
class Visitor:
    """Who scans, and where the scan of the pages begins and stays."""

    name: str
    address: str = ""
    folders: tuple[str, ...] = ("/",)


# The reviewer comes last: forms that are filled in withdraw one record after another.
VISITORS = (
    Visitor("documenter", "documenter@example.org", ("/desk/",)),
    Visitor("administrator", "admin@example.org", ("/desk/", "/admin/")),
    Visitor("anonymous"),
    Visitor("reviewer", "reviewer@example.org", ("/desk/",)),
)


@dataclass(frozen=True)
class Finding:
    """One thing that a scanner reports; `what` is its category and words, `where` method, path and parameter."""

    what: str
    where: str


@dataclass(frozen=True)
class Mistaken:
    """A finding that is none: patterns of its two halves, matched whole, and why."""

    what: str
    where: str
    reason: str


# As narrow as they can be said. A line that matches nothing any more is to be removed.
MISTAKEN: tuple[Mistaken, ...] = ()


@dataclass
class Result:
    """What one scanner did for one visitor: its figures, its findings, and why it cannot be relied on, if so."""

    visitor: str
    scanner: str
    done: str
    findings: list[Finding]
    trouble: str = ""


def main() -> int:
    """Start, scan, stop, tell."""
    bounds = arguments()
    if not WAPITI.exists():
        raise SystemExit("wapiti is missing: `make scan` installs it into .venv-scan/.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700)
    results: list[Result] = []
    with demonstration(bounds.port) as site:
        for visitor in VISITORS:
            if visitor.name in bounds.only:
                results += scan(site, visitor, bounds)
    return tell([*results, faults()])


def arguments() -> argparse.Namespace:
    """The bounds in time; the usual ones take about an hour."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--crawl", type=int, default=120, help="seconds that wapiti follows links, for each folder")
    parser.add_argument("--attack", type=int, default=30, help="seconds of each of wapiti's modules, for each folder")
    parser.add_argument("--examples", type=int, default=25, help="schemathesis's examples for each operation")
    parser.add_argument("--interface", type=int, default=120, help="seconds of schemathesis, for each visitor")
    parser.add_argument("--port", type=int, default=8790, help="port of the demonstration")
    everybody = [each.name for each in VISITORS]
    parser.add_argument("--only", nargs="+", choices=everybody, default=everybody, help="scan as these alone")
    return parser.parse_args()


@contextmanager
def demonstration(port: int) -> Iterator[str]:
    """A portal with data of its own, which the scan may spoil."""
    with SERVER_LOG.open("w") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "operations.demo"],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": str(FOLDER / "data"), "PORT": str(port), "DEMO_PASSWORD": PASSWORD},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert demo.stdout is not None
        lines = iter(demo.stdout.readline, "")
        if not any(line.startswith("Ready: ") for line in lines):
            raise SystemExit("The demonstration did not start; `make demo` says why.")
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.terminate()
        demo.wait(60)


def faults() -> Result:
    """What the portal itself logged meanwhile: each answer of status 500 and above is a finding, whoever noticed."""
    lines = SERVER_LOG.read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    failed = [each for each in told if each.get("logger") == "portal.request" and each["level"] == "ERROR"]
    findings = [
        Finding(f"status {each.get('status')}", f"{each.get('method')} {each.get('route')} {each.get('request')}")
        for each in failed
    ]
    return Result("all", "the portal's own log", f"{len(lines)} lines", findings)


def scan(site: str, visitor: Visitor, bounds: argparse.Namespace) -> list[Result]:
    """Both scanners for one visitor, each with a session of its own."""
    results = [wapiti(site, visitor, folder, bounds) for folder in visitor.folders]
    results.append(schemathesis(site, visitor, bounds))
    for each in results[-len(visitor.folders) - 1 :]:
        say(f"{each.visitor}, {each.scanner}: {each.done}; {len(each.findings)} found. {each.trouble}")
    return results


# --- sessions


def sign_in(site: str, visitor: Visitor) -> CookieJar:
    """The cookies of a new session; none for a stranger. Raises SystemExit where the desk stays closed."""
    if not visitor.address:
        return CookieJar()
    for _ in range(PATIENCE_MINUTES):
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', fetch(opener, f"{site}/accounts/login/"))
        assert token is not None
        fields = {"login": visitor.address, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        fetch(opener, f"{site}/accounts/login/", urlencode(fields).encode())
        if is_signed_in(site, jar):
            return jar
        time.sleep(60)  # a scan before this one used up what the limits allow a machine
    raise SystemExit(f"The {visitor.name} could not sign in.")


def is_signed_in(site: str, jar: CookieJar) -> bool:
    """Whether the desk still opens with these cookies."""
    return "/accounts/logout/" in fetch(build_opener(HTTPCookieProcessor(jar)), f"{site}/desk/")


def fetch(opener: OpenerDirector, address: str, data: bytes | None = None) -> str:
    """A page of the demonstration, as text."""
    request = Request(address, data, {"Referer": address})  # noqa: S310 - our own address
    try:
        with opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())
    except HTTPError as refusal:
        return str(refusal.read().decode())


# --- wapiti


def wapiti(site: str, visitor: Visitor, folder: str, bounds: argparse.Namespace) -> Result:
    """Follow links and forms from a folder, then attack what was found."""
    name = f"wapiti-{visitor.name}{folder.replace('/', '-').rstrip('-')}"
    report, jar = FOLDER / f"{name}.json", sign_in(site, visitor)
    cookies = FOLDER / f"{name}-cookies.json"
    cookies.write_text(json.dumps(as_wapiti_reads_them(jar)))
    words = [str(WAPITI), "--url", site + folder, "--module", MODULES, "--format", "json", "--output", str(report)]
    words += ["--max-scan-time", str(bounds.crawl), "--max-attack-time", str(bounds.attack), "--no-bugreport"]
    words += ["--flush-session", "--store-session", str(FOLDER / name), "--verbose", "0"]
    words += ["--cookie", str(cookies)] if visitor.address else []
    words += ["--skip", "csrfmiddlewaretoken"]  # a form whose token is played with is refused before anything is tried
    outside = [f"/*/{codes}*" for codes in REPEATED] + ["/admin/gazetteer/place/*"]
    outside += KEEP_OUT if visitor.address else ()
    words += [word for path in outside for word in ("--exclude", site + path)]
    # What it wants to keep in the home folder stays with the reports.
    environment = os.environ | {"HOME": str(FOLDER), "LANG": "C.UTF-8"}
    seconds = bounds.crawl + bounds.attack * len(MODULES.split(",")) + GRACE_SECONDS
    spent, trouble = run(words, FOLDER / f"{name}.log", seconds, environment)
    cookies.unlink()
    if not report.exists():
        return Result(visitor.name, f"wapiti {folder}", f"{spent:.0f} s", [], trouble or "it wrote no report")
    if visitor.address and not is_signed_in(site, jar):
        trouble = trouble or "its session ended on the way"
    told = json.loads(report.read_text())
    done = f"{told['infos']['crawled_pages_nbr']} pages, {spent:.0f} s"
    return Result(visitor.name, f"wapiti {folder}", done, of_wapiti(told), trouble)


def as_wapiti_reads_them(jar: CookieJar) -> dict[str, Any]:
    """Cookies in the form of its cookie files: by host, path and name."""
    paths: dict[str, Any] = {}
    for each in jar:
        values = {"value": each.value, "expires": None, "secure": False, "port": None, "version": 0}
        paths.setdefault(each.path, {})[each.name] = values
    return {"127.0.0.1": paths}


def of_wapiti(told: dict[str, Any]) -> list[Finding]:
    """Vulnerabilities and anomalies of a report; what it calls additional is no finding."""
    return [
        Finding(f"{category}: {each['info']}", f"{each['method']} {each['path']} {each['parameter'] or ''}".strip())
        for part in ("vulnerabilities", "anomalies")
        for category, entries in told[part].items()
        for each in entries
    ]


# --- schemathesis


def schemathesis(site: str, visitor: Visitor, bounds: argparse.Namespace) -> Result:
    """The programming interface against its description, with the visitor's session."""
    report = FOLDER / f"schemathesis-{visitor.name}.json"
    words = [str(SCHEMATHESIS), "run", f"{site}/api/v1/openapi.json", "--report-json-path", str(report)]
    words += ["--max-examples", str(bounds.examples), "--max-time", str(bounds.interface), "--seed", "1"]
    # That a range ends before it begins no schema can say: see tests/register/test_api_by_its_description.py.
    words += ["--exclude-checks", "positive_data_acceptance"]
    jar = sign_in(site, visitor)
    if visitor.address:
        words += ["--header", "Cookie:" + "; ".join(f"{each.name}={each.value}" for each in jar)]
    log = FOLDER / f"schemathesis-{visitor.name}.log"
    spent, trouble = run(words, log, bounds.interface + GRACE_SECONDS, dict(os.environ))
    if not report.exists():
        return Result(visitor.name, "schemathesis", f"{spent:.0f} s", [], trouble or "it wrote no report")
    told = json.loads(report.read_text())
    cases = told["test_cases"]["generated"]
    findings = [Finding(str(each.get("title") or each), where_of(each)) for each in told["failures"]]
    trouble = trouble or "; ".join(each["title"] for each in told["errors"]) or ("" if cases else "it asked nothing")
    return Result(visitor.name, "schemathesis", f"{cases} requests, {spent:.0f} s", findings, trouble)


def where_of(failure: dict[str, Any]) -> str:
    """The operation that a failure is about."""
    return str(failure.get("operation") or failure.get("label") or "")


# --- running and telling


def run(words: list[str], log: Path, seconds: float, environment: dict[str, str]) -> tuple[float, str]:
    """Run a scanner with its output in a file. Answers how long it took, and its trouble when it had to be ended."""
    began = time.monotonic()
    with log.open("w") as output:
        scanner = subprocess.Popen(  # noqa: S603 - our own words
            words, cwd=FOLDER, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            scanner.wait(seconds)
            trouble = ""
        except subprocess.TimeoutExpired:
            scanner.kill()
            scanner.wait()
            trouble = f"ended after {seconds:.0f} seconds"
    return time.monotonic() - began, trouble


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(results: list[Result]) -> int:
    """Print the table and what was found, each with its reason where it is mistaken. Answers the exit status."""
    say(f"\n{'as':<14} {'scanner':<20} {'done':<24} {'found':>5} {'mistaken':>8}")
    for each in results:
        mistaken = sum(reason_of(finding) is not None for finding in each.findings)
        found = len(each.findings) - mistaken
        say(f"{each.visitor:<14} {each.scanner:<20} {each.done:<24} {found:>5} {mistaken:>8}  {each.trouble}")
    for each in results:
        for finding in sorted(set(each.findings), key=str):
            reason = reason_of(finding)
            say(f"{'mistaken' if reason else 'FOUND'}  {each.visitor}  {finding.where}  {finding.what}")
            if reason:
                say(f"          {reason}")
    if any(reason_of(finding) is None for each in results for finding in each.findings):
        return 1
    return 2 if not results or any(each.trouble for each in results) else 0


def reason_of(finding: Finding) -> str | None:
    """Why a finding is none, or None where it is one."""
    for each in MISTAKEN:
        if re.fullmatch(each.what, finding.what, re.DOTALL) and re.fullmatch(each.where, finding.where):
            return each.reason
    return None


if __name__ == "__main__":
    sys.exit(main())
