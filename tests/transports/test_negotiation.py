"""The Accept header decides the form of an answer, weights and wildcards included."""

import pytest

from gateway.transports.negotiation import GRAPHQL_JSON, JSON, choose, find_fault_in_type, prefers_page, read_accept

OFFERED = (JSON, GRAPHQL_JSON)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (BROWSER, JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/graphql-response+json", GRAPHQL_JSON),
        ("application/graphql-response+json, application/json", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json", JSON),
        ("application/json;q=0.9, application/graphql-response+json", GRAPHQL_JSON),
        ("application/json ; q=0.5 , application/graphql-response+json ; q=0.4", JSON),
        ("*/*;q=0.1, application/graphql-response+json;q=0.2", GRAPHQL_JSON),
        ("application/json;q=0, */*", GRAPHQL_JSON),
        ("text/html, application/graphql-response+json;q=0.1", GRAPHQL_JSON),
        ("application/json;q=nonsense", JSON),
        ("text/html", None),
        ("text/*", None),
        ("application/json;q=0", None),
        ("application/json+graphql", None),
        (", ,;", None),
        (";q=1," * 200 + "application/json", None),
    ],
)
def test_the_media_type_liked_best_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(read_accept(accept), OFFERED) == chosen


def test_what_is_quoted_is_not_torn_apart() -> None:
    ranges = read_accept('multipart/mixed;boundary="a,b;c";subscriptionSpec=1.0, application/json;q=0.5')

    assert [each.name for each in ranges] == ["multipart/mixed", "application/json"]
    assert ranges[0].parameters == {"boundary": "a,b;c", "subscriptionspec": "1.0"}


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html;q=0", False),
    ],
)
def test_a_page_is_for_who_names_it_and_likes_it_best(accept: str | None, page: bool) -> None:
    assert prefers_page(accept) is page


@pytest.mark.parametrize(
    "sent", ["application/json", "application/json;charset=utf-8", 'application/json; charset="UTF-8"', "Application/JSON"]
)
def test_json_in_utf_8_can_be_read(sent: str) -> None:
    assert find_fault_in_type(sent, None) is None
    assert find_fault_in_type(sent, "identity") is None


@pytest.mark.parametrize(
    ("sent", "encoding", "said"),
    [
        (None, None, "Content-Type is missing"),
        ("", None, "Content-Type is missing"),
        ("text/plain", None, "not text/plain"),
        ("application/x-www-form-urlencoded", None, "must be application/json"),
        ("multipart/form-data; boundary=x", None, "must be application/json"),
        ("application/graphql", None, "must be application/json"),
        ("application/json; charset=utf-16", None, "UTF-8"),
        ("application/json", "gzip", "compressed"),
    ],
)
def test_anything_else_cannot(sent: str | None, encoding: str | None, said: str) -> None:
    fault = find_fault_in_type(sent, encoding)

    assert fault is not None
    assert said in fault
