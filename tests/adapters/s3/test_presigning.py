"""Signatures are those that AWS writes."""

from datetime import UTC, datetime

from adapters.s3.presigning import Signer


def test_the_example_in_the_documentation_of_aws_is_signed_as_there() -> None:
    signer = Signer(
        "https://examplebucket.s3.amazonaws.com", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "us-east-1"
    )

    address = signer.sign("GET", "test.txt", {}, datetime(2013, 5, 24, tzinfo=UTC), 86_400)

    assert address == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_every_header_that_must_be_sent_is_named() -> None:
    signer = Signer("http://127.0.0.1:8333", "key", "secret", "bucket", "us-east-1")

    address = signer.sign("PUT", "a b/c", {"Content-Type": "image/png", "Content-Length": "5"}, datetime(2040, 1, 1, tzinfo=UTC), 60)

    assert address.startswith("http://127.0.0.1:8333/bucket/a%20b/c?")
    assert "&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost&" in address
