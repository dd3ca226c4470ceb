"""Every letter says the same in text and in HTML, in English and German, and nothing that is put in can become more than text."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from string import Template

import pytest

from domain.identity import Role
from domain.letter_rendering import language_of, render
from domain.letter_wordings import CHANGES, ROLES, WORDINGS, Link, Links, Listing
from domain.letters import FACTS, Letter, LetterKind, Mail, TwoFactorChange, wait_after
from tests.letters.samples import LINK, SAMPLES, a_letter

POSTED = datetime(2040, 6, 1, 18, 6, tzinfo=UTC)
SUBJECTS: Mapping[LetterKind, tuple[str, str]] = {
    LetterKind.VERIFY_EMAIL: ("Confirm your e-mail address", "Bestätigen Sie Ihre E-Mail-Adresse"),
    LetterKind.ALREADY_REGISTERED: ("You already have an account", "Sie haben bereits ein Konto"),
    LetterKind.NOT_REGISTERED: ("There is no account with this address", "Zu dieser Adresse gibt es kein Konto"),
    LetterKind.RESET_PASSWORD: ("Choose a new password", "Wählen Sie ein neues Passwort"),
    LetterKind.PASSWORD_CHANGED: ("Your password was changed", "Ihr Passwort wurde geändert"),
    LetterKind.TWO_FACTOR_CHANGED: ("Your two-factor sign-in was changed", "Ihre Zwei-Faktor-Anmeldung wurde geändert"),
    LetterKind.NEW_DEVICE: ("New sign-in to your account", "Neue Anmeldung bei Ihrem Konto"),
    LetterKind.INVITATION: ("Invitation to Jazz <im> Hafen & Co", "Einladung zu Jazz <im> Hafen & Co"),
    LetterKind.ORDER_CONFIRMED: ("Your order W3K7PQ2X", "Ihre Bestellung W3K7PQ2X"),
    LetterKind.ORDER_APPROVED: ("Your order W3K7PQ2X can be paid", "Ihre Bestellung W3K7PQ2X kann bezahlt werden"),
    LetterKind.ORDER_CANCELLED: ("Your order W3K7PQ2X is cancelled", "Ihre Bestellung W3K7PQ2X ist storniert"),
    LetterKind.PAYMENT_FAILED: (
        "The payment for your order W3K7PQ2X did not work",
        "Die Zahlung für Ihre Bestellung W3K7PQ2X hat nicht geklappt",
    ),
    LetterKind.REFUND_MADE: ("Money of your order W3K7PQ2X goes back to you", "Geld aus Ihrer Bestellung W3K7PQ2X geht zurück an Sie"),
    LetterKind.LATE_PAYMENT_REFUNDED: (
        "Your payment for order W3K7PQ2X came too late",
        "Ihre Zahlung für die Bestellung W3K7PQ2X kam zu spät",
    ),
}


def rendered(letter: Letter, sender: str | None = "Box Office") -> Mail:
    return render(letter, sender=sender, posted_at=POSTED)


def read_aloud(html: str) -> str:
    """What the HTML says, as the text part writes it."""
    body = html.partition("<body")[2].partition(">")[2].partition("</body>")[0].strip()
    listed_links = re.sub(r'<li><a href="([^"]*)">([^<]*)</a>', r"<li>\2:\n  \1", body)
    linked = re.sub(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', r"\2:\n\1", listed_links)
    listed = linked.replace("<li>", "- ").replace("</li></ul>\n", "\n\n").replace("</li>", "\n")
    return unescape(re.sub(r"<[^>]+>", "", listed.replace("</p>\n", "\n\n"))) + "\n"


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize(("place", "locale"), [(0, "en"), (1, "de"), (0, "fr-CA"), (1, "de-AT")])
def test_every_kind_has_its_subject_and_says_the_same_in_both_parts(kind: LetterKind, place: int, locale: str) -> None:
    letter = a_letter(kind, locale=locale)

    mail = rendered(letter)

    assert (mail.id, mail.to, mail.sender, mail.posted_at) == (letter.id, letter.to, "Box Office", POSTED)
    assert mail.subject == SUBJECTS[kind][place]
    assert mail.language == ("en", "de")[place] == language_of(locale)
    assert read_aloud(mail.html) == mail.text
    assert "$" not in mail.subject + mail.text + mail.html
    assert all(value in mail.text for name, value in letter.facts.items() if name.endswith("link"))


def test_a_letter_is_written_out_like_this() -> None:
    english = rendered(a_letter(LetterKind.RESET_PASSWORD), sender=None)
    german = rendered(a_letter(LetterKind.INVITATION, locale="de"))

    assert english.text == (
        "Somebody, probably you, asked for a new password for your account.\n\n"
        f"Choose a new password:\n{LINK}\n\n"
        "The link works once, within 1 hour. If it was not you, do nothing: your password stays as it is.\n\n"
        "You are written to because this e-mail address was used with TicketBase.\n"
    )
    assert german.text == (
        "Ada lädt Sie ein, für Jazz <im> Hafen & Co zu arbeiten, in der Rolle Leitung.\n\n"
        f"Einladung annehmen:\n{LINK}\n\n"
        "Der Link gilt einmal und 7 Tage lang. Möchten Sie nicht annehmen, tun Sie nichts.\n\n"
        "Sie erhalten diese Nachricht, weil diese E-Mail-Adresse bei Box Office verwendet wurde.\n"
    )
    assert "<p>Ada lädt Sie ein, für Jazz &lt;im&gt; Hafen &amp; Co zu arbeiten, in der Rolle Leitung.</p>" in german.html
    assert f'<a href="{LINK.replace("&", "&amp;")}" style=' in german.html
    assert german.html.startswith('<!doctype html>\n<html lang="de">')


def test_what_somebody_calls_himself_stays_text_on_one_line() -> None:
    evil = 'Eve"><script>alert(1)</script>\r\nBcc: all@example.com\u2028\u202e<img src=http://evil.example/x> $link ' + "x" * 200

    mail = rendered(a_letter(organization=evil, inviter=evil), sender=evil)

    assert mail.subject.startswith('Invitation to Eve"><script>alert(1)</script> Bcc: all@example.com <img src=')
    assert not re.search(r"[\x00-\x1f\u2028\u202e]", mail.subject + mail.sender)
    assert len(mail.sender) == 100
    assert set(re.findall(r"</?(\w+)", mail.html)) == {"html", "head", "meta", "title", "body", "p", "a"}
    assert re.findall(r"https?://[^\s\"<&]+", mail.html.partition("<a href=")[2])[0] == LINK.partition("&")[0]
    assert read_aloud(mail.html) == mail.text


@pytest.mark.parametrize("language", WORDINGS)
def test_every_fact_and_every_word_that_a_wording_fills_in_is_known(language: str) -> None:
    derived = {"minutes": "lasting", "at": "moment", "change": "what_changed", "role": "role_name"}
    for kind in LetterKind:
        wording = WORDINGS[language][kind]
        asked = {each.fact for each in wording.paragraphs if isinstance(each, Link | Listing | Links)}
        asked |= {
            name for each in (wording.subject, *wording.paragraphs) if isinstance(each, str) for name in Template(each).get_identifiers()
        }

        assert asked == {derived.get(name, name) for name in FACTS[kind]}
    assert set(ROLES[language]) == set(Role)
    assert set(CHANGES[language]) == set(TwoFactorChange)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [("1", "1 minute"), ("90", "90 minutes"), ("60", "1 hour"), ("120", "2 hours"), ("1440", "1 day"), ("4320", "3 days")],
)
def test_how_long_a_link_works_is_said_in_the_largest_unit(minutes: str, said: str) -> None:
    assert f"within {said}." in rendered(a_letter(minutes=minutes)).text


@pytest.mark.parametrize(
    "change",
    [
        {"to": "bob"},
        {"to": "bob@buyer.example\r\nBcc: all@example.com"},
        {"to": "bob@buyer.example, eve@evil.example"},
        {"to": "Bob <bob@buyer.example>"},
        {"to": "bob@buyer..example"},
        {"to": f"{'b' * 60}@{'x' * 200}.example"},
        {"facts": {}},
        {"facts": {**SAMPLES[LetterKind.INVITATION], "more": "x"}},
        *({"facts": {**SAMPLES[LetterKind.INVITATION], "link": link}} for link in (
            "javascript:alert(1)", 'https://a.example/"onclick=', "https://a@evil.example/", "//a.example/", "https://a.example/\n", "",
        )),
        {"facts": {**SAMPLES[LetterKind.INVITATION], "minutes": "0"}},
        {"facts": {**SAMPLES[LetterKind.INVITATION], "minutes": "soon"}},
        {"facts": {**SAMPLES[LetterKind.INVITATION], "role": "king"}},
        {"kind": LetterKind.PASSWORD_CHANGED, "facts": {"at": "2040-06-01T18:05:00", "link": LINK}},
        {"kind": LetterKind.PASSWORD_CHANGED, "facts": {"at": "yesterday", "link": LINK}},
    ],
)  # fmt: skip
def test_what_could_never_be_sent_is_refused_where_it_is_written_and_not_repeated(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^a letter [A-Z_]+ (names|needs|has) ") as refused:
        replace(a_letter(), **change)  # type: ignore[arg-type] # one of its fields

    assert "canary" not in str(refused.value)
    assert "bob" not in str(refused.value)


def test_a_letter_in_a_log_shows_neither_recipient_nor_secret() -> None:
    letter = a_letter()

    assert not re.search("canary|bob@", f"{letter!r} {rendered(letter)!r}")


def test_tries_are_put_off_twice_as_long_each_time_up_to_an_hour_and_come_to_an_end() -> None:
    waits = [wait_after(tries, 0.0) for tries in range(1, 21)]

    assert [each.total_seconds() for each in waits if each] == [5 * 2**n for n in range(10)] + [3_600] * 9
    assert waits[19] is None
    assert [each.total_seconds() for each in (wait_after(3, 1.0), wait_after(3, 0.5)) if each] == [10, 15]
