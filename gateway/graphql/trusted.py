"""Trusted documents: operations that were written down before, which clients send by name, and beside which no other may be allowed."""

from collections.abc import Iterable

from domain.refusals import Refused
from gateway.graphql.documents import Document, hash_text
from gateway.graphql.refusals import DocumentDiffers, DocumentRequired, DocumentUnknown
from gateway.graphql.request import GraphQLRequest
from gateway.settings import TrustMode

HASH = "sha256:"


class TrustedDocuments:
    """Finds trusted documents by the SHA-256 of their text and by the ids that manifests give them. Nobody adds one by a request."""

    def __init__(self, mode: TrustMode = TrustMode.OFF, named: Iterable[tuple[str, Document]] = ()) -> None:
        """`named` are pairs of a manifest's id and the document, which was read and found valid."""
        self._mode = mode
        self._by_id: dict[str, Document] = {}
        self._by_hash: dict[str, Document] = {}
        for name, document in named:
            self._by_id[name] = document
            self._by_hash[document.key] = document

    def __len__(self) -> int:
        return len(self._by_hash)

    def find(self, request: GraphQLRequest) -> Document | None:
        """The trusted document that is meant, None for a text that may run without being one.

        Refused with DocumentUnknown, DocumentRequired, or DocumentDiffers where name and text do not belong together.
        """
        if request.document_id is None:
            return self._of_text(request.query)
        if request.query:
            _expect_same(request.document_id, request.query)
            return self._of_text(request.query)
        found = self._of_name(request.document_id) if self._mode is not TrustMode.OFF else None
        if found is None:
            raise Refused(DocumentUnknown(request.document_id, off=self._mode is TrustMode.OFF))
        return found

    def _of_name(self, name: str) -> Document | None:
        """Apollo's manifests name documents by their hash, which may be of the text in another layout: so ids are asked for it too."""
        digest = name.removeprefix(HASH).lower()
        if not name.startswith(HASH):
            return self._by_id.get(name)
        return self._by_hash.get(digest) or self._by_id.get(digest)

    def _of_text(self, text: str) -> Document | None:
        if self._mode is not TrustMode.REQUIRED:
            return None
        found = self._by_hash.get(hash_text(text))
        if found is None:
            raise Refused(DocumentRequired())
        return found


def _expect_same(name: str, text: str) -> None:
    """A client may send a text with its hash, as Apollo's does when the hash alone was not known."""
    if name.removeprefix(HASH).lower() != hash_text(text):
        raise Refused(DocumentDiffers())
