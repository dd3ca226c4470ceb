"""Signs the address of one request to an S3 service, so that its bearer may send exactly that request until the signature expires.

AWS Signature Version 4 in the query string. Every header signed must be sent as it was signed, the length of the body with it, and
that is what holds a client to what he announced: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one bucket of the service at `endpoint` (scheme and host; a bucket that is part of the host is left empty here)."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    region: str

    def sign(self, method: str, key: str, headers: Mapping[str, str], now: datetime, seconds: int) -> str:
        """The address; `headers` are those that the request must carry besides Host."""
        at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{at[:8]}/{self.region}/s3/aws4_request"
        address = urlsplit(self.endpoint)
        path = quote(f"/{self.bucket}/{key}" if self.bucket else f"/{key}")
        signed = {name.lower(): value.strip() for name, value in headers.items()} | {"host": address.netloc}
        names = sorted(signed)
        asked = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": at,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": ";".join(names),
        }
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        request = "\n".join([method, path, query, *(f"{name}:{signed[name]}" for name in names), "", ";".join(names), "UNSIGNED-PAYLOAD"])
        text = "\n".join([ALGORITHM, at, scope, hashlib.sha256(request.encode()).hexdigest()])
        signature = hmac.new(self._key(scope), text.encode(), hashlib.sha256).hexdigest()
        return f"{address.scheme}://{address.netloc}{path}?{query}&X-Amz-Signature={signature}"

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key
