"""Addresses: where people find the pages of an organization, as calendars and search engines are told."""

from dataclasses import dataclass

ORGANIZATION = "{organization}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """`pages` is an address without a slash at its end; `{organization}` in it stands for an organization's short name."""

    pages: str

    def of(self, organization: str, path: str = "/") -> str:
        """The address of a path of this organization's; `path` begins with a slash."""
        return self.pages.replace(ORGANIZATION, organization) + path

    def of_account(self, path: str) -> str:
        """The address of a page about one's own account, which is the same in every organization."""
        return self.pages.replace(f"{ORGANIZATION}.", "").replace(ORGANIZATION, "") + path

    def of_event(self, organization: str, slug: str) -> str:
        """The page of an event."""
        return self.of(organization, f"/events/{slug}")
