"""Puts a mail into the form in which it travels: headers, a text and an HTML part that say the same."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from domain.letters import Mail


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The message from the address `sender`; ValueError when a header would hold a line break or an address is none.

    The same letter gives the same Message-ID and the same date each time, so that who gets it twice can tell.
    """
    to = deliverable(mail.to)
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    message["From"] = Address(mail.sender, addr_spec=sender)
    local, _, domain = to.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = mail.subject
    message["Date"] = mail.posted_at
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    # No automatic answer shall come back (RFC 3834, 5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    # Last, because what is set before the second part moves into the first.
    message["Content-Language"] = mail.language
    return message


def deliverable(address: str) -> str:
    """The address with its domain as it is looked up: a server needs SMTPUTF8 for what stands before the @ only."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
