"""What letters say, in each language: subject and paragraphs, with `$facts` where something is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.letters import LetterKind

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Link:
    """A paragraph that leads somewhere: its label, and the name of the fact that holds the address."""

    label: str
    fact: str = "link"


@dataclass(frozen=True, slots=True)
class Listing:
    """A paragraph that is a list: the name of the fact that holds one thing in each line."""

    fact: str = "items"


@dataclass(frozen=True, slots=True)
class Links:
    """A paragraph that is a list of links: the name of the fact that holds in each line a label, a tab and an address."""

    fact: str = "tickets"


Paragraph = str | Link | Listing | Links


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter's subject and its paragraphs."""

    subject: str
    paragraphs: tuple[Paragraph, ...]


ENGLISH: Mapping[LetterKind, Wording] = {
    LetterKind.VERIFY_EMAIL: Wording(
        "Confirm your e-mail address",
        (
            "Please confirm that this e-mail address is yours.",
            Link("Confirm this address"),
            "The link works once, within $lasting. If you did not sign up, do nothing: without a confirmation no account is opened.",
        ),
    ),
    LetterKind.ALREADY_REGISTERED: Wording(
        "You already have an account",
        (
            "Somebody, probably you, wanted to sign up with this e-mail address. It has an account already, so nothing has changed.",
            Link("Sign in"),
            "If you no longer know your password, choose a new one.",
            Link("Choose a new password", "reset_link"),
        ),
    ),
    LetterKind.NOT_REGISTERED: Wording(
        "There is no account with this address",
        (
            "Somebody, probably you, asked for a new password for this e-mail address, but it has no account.",
            "Perhaps you signed up with another address. If you want an account with this one, sign up.",
            Link("Sign up"),
        ),
    ),
    LetterKind.RESET_PASSWORD: Wording(
        "Choose a new password",
        (
            "Somebody, probably you, asked for a new password for your account.",
            Link("Choose a new password"),
            "The link works once, within $lasting. If it was not you, do nothing: your password stays as it is.",
        ),
    ),
    LetterKind.PASSWORD_CHANGED: Wording(
        "Your password was changed",
        (
            "The password of your account was changed on $moment. If it was you, there is nothing to do.",
            "If it was not you, choose a new password at once; it ends every session.",
            Link("Choose a new password"),
        ),
    ),
    LetterKind.TWO_FACTOR_CHANGED: Wording(
        "Your two-factor sign-in was changed",
        (
            "$what_changed It happened on $moment. If it was you, there is nothing to do.",
            "If it was not you, look at your account's security at once.",
            Link("Look at my account"),
        ),
    ),
    LetterKind.NEW_DEVICE: Wording(
        "New sign-in to your account",
        (
            "Somebody signed in to your account on $moment with a device that was not known before: $device, from the address $address.",
            "If it was you, there is nothing to do. If it was not, end that session and choose a new password.",
            Link("Look at my sessions"),
        ),
    ),
    LetterKind.INVITATION: Wording(
        "Invitation to $organization",
        (
            "$inviter invites you to work for $organization as $role_name.",
            Link("Accept the invitation"),
            "The link works once, within $lasting. If you do not want to accept, do nothing.",
        ),
    ),
    LetterKind.ORDER_CONFIRMED: Wording(
        "Your order $number",
        (
            "Thank you, $name. Your order $number is confirmed. You have bought:",
            Listing(),
            "Total: $total",
            "Your tickets, each with the QR code to show at the door:",
            Links(),
            Link("Look at my order"),
        ),
    ),
    LetterKind.ORDER_APPROVED: Wording(
        "Your order $number can be paid",
        (
            "Your order $number is approved. Please pay $total until $moment; after that it ends by itself.",
            Link("Pay my order"),
        ),
    ),
    LetterKind.PAYMENT_FAILED: Wording(
        "The payment for your order $number did not work",
        (
            "The payment of $amount for your order $number did not work, and nothing was taken.",
            "Your places stay yours for a few minutes: try again with the same card or another one.",
            Link("Pay for my order"),
        ),
    ),
    LetterKind.REFUND_MADE: Wording(
        "Money of your order $number goes back to you",
        (
            "$amount of your order $number go back to where they came from. Your bank may take a few days to show them.",
            Link("Look at my order"),
        ),
    ),
    LetterKind.LATE_PAYMENT_REFUNDED: Wording(
        "Your payment for order $number came too late",
        (
            "When your payment for order $number came, its time was over and its places were gone. We are sorry.",
            "All of the $amount go back to where they came from. Your bank may take a few days to show them.",
            Link("Look at my order"),
        ),
    ),
    LetterKind.ORDER_CANCELLED: Wording(
        "Your order $number is cancelled",
        (
            "Your order $number was cancelled, and its tickets are no longer valid.",
            "Reason: $reason",
            Link("Look at my order"),
        ),
    ),
}

GERMAN: Mapping[LetterKind, Wording] = {
    LetterKind.VERIFY_EMAIL: Wording(
        "Bestätigen Sie Ihre E-Mail-Adresse",
        (
            "Bitte bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört.",
            Link("Adresse bestätigen"),
            "Der Link gilt einmal und $lasting lang. Haben Sie sich nicht registriert, tun Sie nichts: Es wird dann kein Konto eröffnet.",
        ),
    ),
    LetterKind.ALREADY_REGISTERED: Wording(
        "Sie haben bereits ein Konto",
        (
            "Jemand, wahrscheinlich Sie, wollte sich mit dieser Adresse registrieren. Es gibt schon ein Konto; nichts hat sich geändert.",
            Link("Anmelden"),
            "Wissen Sie Ihr Passwort nicht mehr, wählen Sie ein neues.",
            Link("Neues Passwort wählen", "reset_link"),
        ),
    ),
    LetterKind.NOT_REGISTERED: Wording(
        "Zu dieser Adresse gibt es kein Konto",
        (
            "Jemand, wahrscheinlich Sie, hat um ein neues Passwort für diese Adresse gebeten, zu der es kein Konto gibt.",
            "Vielleicht haben Sie sich mit einer anderen Adresse registriert. Möchten Sie ein Konto mit dieser, registrieren Sie sich.",
            Link("Registrieren"),
        ),
    ),
    LetterKind.RESET_PASSWORD: Wording(
        "Wählen Sie ein neues Passwort",
        (
            "Jemand, wahrscheinlich Sie, hat um ein neues Passwort für Ihr Konto gebeten.",
            Link("Neues Passwort wählen"),
            "Der Link gilt einmal und $lasting lang. Waren Sie es nicht, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
        ),
    ),
    LetterKind.PASSWORD_CHANGED: Wording(
        "Ihr Passwort wurde geändert",
        (
            "Das Passwort Ihres Kontos wurde am $moment geändert. Waren Sie es, ist nichts zu tun.",
            "Waren Sie es nicht, wählen Sie sofort ein neues Passwort; das beendet alle Sitzungen.",
            Link("Neues Passwort wählen"),
        ),
    ),
    LetterKind.TWO_FACTOR_CHANGED: Wording(
        "Ihre Zwei-Faktor-Anmeldung wurde geändert",
        (
            "$what_changed Das geschah am $moment. Waren Sie es, ist nichts zu tun.",
            "Waren Sie es nicht, sehen Sie sofort nach der Sicherheit Ihres Kontos.",
            Link("Mein Konto ansehen"),
        ),
    ),
    LetterKind.NEW_DEVICE: Wording(
        "Neue Anmeldung bei Ihrem Konto",
        (
            "Am $moment hat sich jemand mit einem bisher unbekannten Gerät bei Ihrem Konto angemeldet: $device, von der Adresse $address.",
            "Waren Sie es, ist nichts zu tun. Waren Sie es nicht, beenden Sie die Sitzung und wählen Sie ein neues Passwort.",
            Link("Meine Sitzungen ansehen"),
        ),
    ),
    LetterKind.INVITATION: Wording(
        "Einladung zu $organization",
        (
            "$inviter lädt Sie ein, für $organization zu arbeiten, in der Rolle $role_name.",
            Link("Einladung annehmen"),
            "Der Link gilt einmal und $lasting lang. Möchten Sie nicht annehmen, tun Sie nichts.",
        ),
    ),
    LetterKind.ORDER_CONFIRMED: Wording(
        "Ihre Bestellung $number",
        (
            "Vielen Dank, $name. Ihre Bestellung $number ist bestätigt. Sie haben gekauft:",
            Listing(),
            "Summe: $total",
            "Ihre Tickets, jedes mit dem QR-Code, den Sie am Einlass zeigen:",
            Links(),
            Link("Meine Bestellung ansehen"),
        ),
    ),
    LetterKind.ORDER_APPROVED: Wording(
        "Ihre Bestellung $number kann bezahlt werden",
        (
            "Ihre Bestellung $number ist angenommen. Bitte zahlen Sie $total bis $moment; danach endet sie von selbst.",
            Link("Meine Bestellung bezahlen"),
        ),
    ),
    LetterKind.PAYMENT_FAILED: Wording(
        "Die Zahlung für Ihre Bestellung $number hat nicht geklappt",
        (
            "Die Zahlung von $amount für Ihre Bestellung $number hat nicht geklappt; es wurde nichts abgebucht.",
            "Ihre Plätze bleiben noch einige Minuten die Ihren: Versuchen Sie es noch einmal, mit derselben Karte oder einer anderen.",
            Link("Meine Bestellung bezahlen"),
        ),
    ),
    LetterKind.REFUND_MADE: Wording(
        "Geld aus Ihrer Bestellung $number geht zurück an Sie",
        (
            "$amount aus Ihrer Bestellung $number gehen dorthin zurück, woher sie kamen.",
            "Bis Ihre Bank sie zeigt, kann es einige Tage dauern.",
            Link("Meine Bestellung ansehen"),
        ),
    ),
    LetterKind.LATE_PAYMENT_REFUNDED: Wording(
        "Ihre Zahlung für die Bestellung $number kam zu spät",
        (
            "Als Ihre Zahlung für die Bestellung $number kam, war deren Zeit vorbei und die Plätze waren vergeben. Das tut uns leid.",
            "Die $amount gehen ganz dorthin zurück, woher sie kamen. Bis Ihre Bank sie zeigt, kann es einige Tage dauern.",
            Link("Meine Bestellung ansehen"),
        ),
    ),
    LetterKind.ORDER_CANCELLED: Wording(
        "Ihre Bestellung $number ist storniert",
        (
            "Ihre Bestellung $number wurde storniert; ihre Tickets gelten nicht mehr.",
            "Grund: $reason",
            Link("Meine Bestellung ansehen"),
        ),
    ),
}

WORDINGS: Mapping[str, Mapping[LetterKind, Wording]] = {"en": ENGLISH, "de": GERMAN}

CLOSINGS: Mapping[str, str] = {
    "en": "You are written to because this e-mail address was used with $sender.",
    "de": "Sie erhalten diese Nachricht, weil diese E-Mail-Adresse bei $sender verwendet wurde.",
}

CHANGES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ENABLED": "Two-factor sign-in was switched on for your account.",
        "DISABLED": "Two-factor sign-in was switched off for your account.",
        "RECOVERY_CODES_RENEWED": "Your account was given new recovery codes; the old ones no longer work.",
        "RECOVERY_CODE_USED": "One of your recovery codes was used to sign in; it does not work again.",
        "RESET": "Our support switched two-factor sign-in off for your account and signed you out everywhere; set it up again.",
    },
    "de": {
        "ENABLED": "Die Zwei-Faktor-Anmeldung Ihres Kontos wurde eingeschaltet.",
        "DISABLED": "Die Zwei-Faktor-Anmeldung Ihres Kontos wurde ausgeschaltet.",
        "RECOVERY_CODES_RENEWED": "Ihr Konto hat neue Wiederherstellungscodes erhalten; die alten gelten nicht mehr.",
        "RECOVERY_CODE_USED": "Mit einem Ihrer Wiederherstellungscodes hat sich jemand angemeldet; er gilt nicht noch einmal.",
        "RESET": "Unser Support hat Ihre Zwei-Faktor-Anmeldung ausgeschaltet und Sie überall abgemeldet; richten Sie sie neu ein.",
    },
}

ROLES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "owner": "owner",
        "admin": "administrator",
        "manager": "manager",
        "support": "support staff",
        "analyst": "analyst",
        "organizer": "organizer",
        "user": "user",
    },
    "de": {
        "owner": "Eigentümer",
        "admin": "Verwaltung",
        "manager": "Leitung",
        "support": "Kundenbetreuung",
        "analyst": "Auswertung",
        "organizer": "Veranstaltungsplanung",
        "user": "Benutzer",
    },
}

SPANS: Mapping[str, tuple[tuple[int, str, str], ...]] = {
    "en": ((1_440, "day", "days"), (60, "hour", "hours"), (1, "minute", "minutes")),
    "de": ((1_440, "Tag", "Tage"), (60, "Stunde", "Stunden"), (1, "Minute", "Minuten")),
}
"""Units of time with their minutes, the longest first: for one, for several."""
