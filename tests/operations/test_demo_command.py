"""`make demo`: what it prints, what it refuses in one line, and that it leaves nothing running."""

import re
import socket
import subprocess
import urllib.error
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT, FirstRun, Site, free_port, run_demo, start_program

SECOND_START_SECONDS = 30  # four in truth; a busy machine gets more


def get(url: str) -> HTTPResponse:
    answer: HTTPResponse = urllib.request.urlopen(url, timeout=30)  # noqa: S310 - our own server's
    return answer


def refusal(**environment: str) -> list[str]:
    """What the demonstration prints when it ends with status 1."""
    process = start_program("operations.demo", **environment)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1, output
    return [line for line in output.splitlines() if line]


def test_it_says_where_it_is_ready_and_with_which_accounts(live_site: Site) -> None:
    said = "\n".join(live_site.lines)
    assert live_site.lines[-1].startswith(f"Ready: {live_site.url}/")
    for account in (live_site.documenter, live_site.reviewer, live_site.administrator):
        assert account in said
    assert len(live_site.password) >= 12


def test_it_serves_the_starting_register(live_site: Site) -> None:
    assert get(f"{live_site.url}/healthz").read() == b"ok\n"
    assert get(f"{live_site.url}/readyz").read() == b"ready\n"
    assert "HDC-0016" in get(f"{live_site.url}/incidents/").read().decode()


def test_every_page_says_that_it_is_a_demonstration(live_site: Site) -> None:
    assert "Demonstration" in get(f"{live_site.url}/").read().decode()


def test_its_secrets_are_readable_by_their_owner_alone(live_site: Site) -> None:
    for name in ("secret-key", "demo-password"):
        assert (live_site.data / name).stat().st_mode & 0o777 == 0o600
    assert (live_site.data / "demo-password").read_text() == live_site.password


def test_its_web_processes_do_not_know_the_owners_address(live_site: Site) -> None:
    workers = psutil.Process(live_site.process.pid).children(recursive=True)
    assert workers
    for worker in workers:
        environment = worker.environ()
        assert "OWNER_DATABASE_URL" not in environment
        assert environment["DATABASE_URL"].startswith("postgresql://register_desk@")
        assert environment["REGISTER_DATABASE_URL"].startswith("postgresql://register_reader@")


def test_a_second_demonstration_on_its_port_is_refused_in_one_line(live_site: Site, tmp_path: Path) -> None:
    port = live_site.url.rsplit(":", 1)[1]
    assert refusal(DATA_DIR=str(tmp_path), PORT=port) == [
        f"Port {port} is in use by another program. Stop that, or choose another: PORT={int(port) + 1} make demo"
    ]


def test_ctrl_c_ends_it_with_status_0_and_leaves_nothing_running(first_run: FirstRun) -> None:
    assert first_run.status == 0
    assert "Stopped." in first_run.last_words
    assert first_run.left_running == []


def test_the_first_start_shows_its_progress(first_run: FirstRun) -> None:
    said = "\n".join(first_run.site.lines)
    for step in ("PostgreSQL", "tables", "roles", "gazetteer", "static files", "accounts", "starting register"):
        assert step in said
    assert "incidents: 16" in said


def test_a_second_start_keeps_data_and_password(first_run: FirstRun, live_site: Site) -> None:
    assert live_site.password == first_run.site.password
    assert any("nothing loaded" in line for line in live_site.lines)


def test_a_second_start_is_ready_within_a_few_seconds(live_site: Site) -> None:
    taken = [float(seconds) for line in live_site.lines for seconds in re.findall(r"\((\d+\.\d) s\)", line)]
    assert len(taken) >= 7
    assert sum(taken) < SECOND_START_SECONDS


def test_sigterm_stops_it_as_ctrl_c_does_and_a_chosen_password_is_used(live_site: Site) -> None:
    with run_demo(live_site.data, DEMO_PASSWORD=live_site.password) as beside:
        assert beside.url != live_site.url
        beside.process.terminate()
        beside.process.communicate(timeout=60)
    assert beside.process.returncode == 0
    assert get(f"{live_site.url}/readyz").read() == b"ready\n", "the first one still has its database"


def test_a_web_server_whose_demonstration_is_killed_ends_as_well(live_site: Site) -> None:
    with run_demo(live_site.data) as killed:
        workers = psutil.Process(killed.process.pid).children(recursive=True)
        killed.process.kill()
        killed.process.communicate(timeout=60)
        assert psutil.wait_procs(workers, timeout=30)[1] == []


def test_it_says_so_when_the_web_server_dies(live_site: Site) -> None:
    with run_demo(live_site.data) as site:
        psutil.Process(site.process.pid).children()[0].kill()
        last_words, _ = site.process.communicate(timeout=60)
    assert site.process.returncode == 1
    assert "The web server stopped by itself" in last_words


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org"])  # noqa: S104
def test_an_address_that_others_can_reach_is_refused_in_one_line(tmp_path: Path, host: str) -> None:
    lines = refusal(DATA_DIR=str(tmp_path), HOST=host, PORT=str(free_port()))
    assert len(lines) == 1
    assert lines[0].startswith(f"HOST={host}: the demonstration serves this machine only")


def test_a_site_address_that_is_not_this_machine_is_refused(tmp_path: Path) -> None:
    lines = refusal(DATA_DIR=str(tmp_path), PORT=str(free_port()), SITE_URL="https://register.example.org")
    assert any("Demo mode would be reachable as register.example.org" in line for line in lines)


def test_a_data_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lines = refusal(DATA_DIR=str(tmp_path / "file" / "data"), PORT=str(free_port()))
    assert len(lines) == 1
    assert "cannot be written" in lines[0]
    assert "DATA_DIR" in lines[0]


@pytest.mark.parametrize(
    ("port", "said"), [("eighty", "PORT='eighty' is not a whole number."), ("99999", "is no port")]
)
def test_a_port_that_is_none_is_refused_in_one_line(tmp_path: Path, port: str, said: str) -> None:
    lines = refusal(DATA_DIR=str(tmp_path), PORT=port)
    assert len(lines) == 1
    assert said in lines[0]


def test_a_port_that_another_program_listens_on_is_refused_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        lines = refusal(DATA_DIR=str(tmp_path), PORT=str(taken.getsockname()[1]))
    assert len(lines) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_python_is_told_so_in_one_line(tmp_path: Path) -> None:
    for tool in ("sh", "dirname", "cat"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    checkout = tmp_path / "checkout"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "scripts" / "sync.sh").write_text((ROOT / "scripts" / "sync.sh").read_text())
    done = subprocess.run(
        ["/bin/sh", str(checkout / "scripts" / "sync.sh")], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Python 3 is missing. Install it (Debian: apt-get install python3 python3-venv) and try again."
    ]


def test_the_accounts_exist_in_demo_mode_only() -> None:
    process = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "manage.py", "demo_accounts"], cwd=ROOT, capture_output=True, text=True
    )
    assert process.returncode == 1
    assert "demo mode only" in process.stderr


def test_every_state_of_a_record_can_be_seen_and_what_is_invented_says_so(live_site: Site) -> None:
    corrected = get(f"{live_site.url}/incidents/HDC-0017/").read().decode()
    assert "[Demonstration, invented]" in corrected
    assert "The highest number given was 2, not 1." in corrected
    with pytest.raises(urllib.error.HTTPError) as withdrawn:
        get(f"{live_site.url}/incidents/HDC-0018/")
    assert withdrawn.value.code == 410
    assert "invented" in withdrawn.value.read().decode()
    assert get(f"{live_site.url}/incidents/HDC-0019/").url == f"{live_site.url}/incidents/HDC-0017/"
    with pytest.raises(urllib.error.HTTPError) as waiting:
        get(f"{live_site.url}/incidents/HDC-0020/")
    assert waiting.value.code == 404
