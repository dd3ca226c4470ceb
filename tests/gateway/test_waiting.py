"""Whoever has to wait is told for how long in the headers, over REST and over GraphQL, and nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.passwords import PasswordsBusy
from domain.refusals import NotSignedIn, Refusal, TooBusy
from domain.throttling import TooManyAttempts, TooManyTries
from gateway.graphql.answers import Stage
from gateway.graphql.masking import deny
from gateway.rest.problems import problem_of_errors
from gateway.waiting import retry_after

IN_A_DAY = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


@pytest.mark.parametrize(
    ("refusal", "status", "seconds"),
    [
        (TooManyAttempts(IN_A_DAY), 429, range(80_000, 86_401)),
        (TooManyTries(IN_A_DAY), 429, range(80_000, 86_401)),
        (TooManyAttempts(datetime(2020, 1, 1, tzinfo=UTC)), 429, range(1, 2)),
        (PasswordsBusy(3), 503, range(3, 4)),
    ],
    ids=["attempts", "tries", "over", "busy"],
)
def test_a_problem_says_for_how_long(refusal: Refusal, status: int, seconds: range) -> None:
    problem = problem_of_errors(deny(Stage.ACCESS, refusal, "r-1").errors)

    assert problem.http_status == status
    assert list(problem.headers) == ["Retry-After"]
    assert int(problem.headers["Retry-After"]) in seconds


@pytest.mark.parametrize(("refusal", "headers"), [(NotSignedIn(), {"WWW-Authenticate": "Bearer"}), (TooBusy(), {})], ids=["nobody", "busy"])
def test_who_need_not_wait_or_until_nobody_knows_when_is_told_nothing(refusal: Refusal, headers: dict[str, str]) -> None:
    assert problem_of_errors(deny(Stage.ACCESS, refusal, "r-1").errors).headers == headers


def test_what_is_no_time_and_no_number_is_no_header() -> None:
    assert retry_after({"retryAt": None, "retryAfterSeconds": "soon"}) == {}
