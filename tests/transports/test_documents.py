"""A document is read once; what is kept is bounded, and only valid documents are kept."""

import strawberry

from gateway.graphql.answers import Denied
from gateway.graphql.documents import Documents, hash_text
from gateway.graphql.pipeline import Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.settings import Limits
from tests.transports.toy import ANONYMOUS, SCHEMA, Query, Toy


def prepare(pipeline: Pipeline, text: str) -> Prepared | Denied:
    return pipeline.prepare(GraphQLRequest(text), ANONYMOUS, "r")


def pipeline_with(documents: Documents, schema: strawberry.Schema = SCHEMA) -> Pipeline:
    return Pipeline(schema, Limits(), Toy().renew, documents=documents)


def test_the_same_text_is_read_measured_and_counted_once() -> None:
    pipeline = pipeline_with(Documents())

    first, second = prepare(pipeline, "{ hello }"), prepare(pipeline, "{ hello }")

    assert isinstance(first, Prepared)
    assert isinstance(second, Prepared)
    assert first.document is second.document
    assert first.document.key == hash_text("{ hello }")
    assert list(first.document.costs) == [id(first.operation)]


def test_what_is_not_valid_is_not_kept() -> None:
    documents = Documents()
    pipeline = pipeline_with(documents)

    for text in ("{", "{ nothing }", "{ " + "hello " * 30 + "}", "fragment F on Query { hello }"):
        assert isinstance(prepare(pipeline, text), Denied)

    assert len(documents) == 0


def test_a_schema_never_meets_the_documents_of_another() -> None:
    documents = Documents()
    full, small = pipeline_with(documents), pipeline_with(documents, strawberry.Schema(Query))
    text = "mutation { note { work } }"

    kept = prepare(full, text)
    foreign = prepare(small, text)

    assert isinstance(kept, Prepared)
    assert isinstance(foreign, Denied)
    assert full.schema_hash != small.schema_hash


def test_the_least_recently_used_make_room_by_weight() -> None:
    documents = Documents(capacity=75_000)
    pipeline = pipeline_with(documents)
    texts = [f"{{ hello{' hello' * n} }}" for n in range(8)]

    for text in texts:
        prepare(pipeline, texts[0])
        prepare(pipeline, text)

    assert documents.weight <= 75_000
    assert documents.find(pipeline.schema_hash, texts[0]) is not None
    assert documents.find(pipeline.schema_hash, texts[1]) is None
    assert documents.find(pipeline.schema_hash, texts[-1]) is not None


def test_a_document_that_is_kept_again_weighs_once() -> None:
    documents = Documents()
    outcome = prepare(pipeline_with(documents), "{ hello }")
    assert isinstance(outcome, Prepared)
    before = documents.weight

    documents.keep("other", outcome.document)
    documents.keep("other", outcome.document)

    assert documents.weight == 2 * before
