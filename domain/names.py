"""Names that machines and people share: slugs, time zones, countries."""

import re
import zoneinfo

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REGION = re.compile(r"[A-Z0-9]{0,3}", re.ASCII)
LONGEST_SLUG = 80
REGION_FORM = "is not the part of an ISO 3166-2 code after the hyphen, such as NY"


def is_slug(text: str) -> bool:
    """Whether the text is a slug: lower-case letters, digits and single hyphens, at most 80 characters."""
    return len(text) <= LONGEST_SLUG and bool(_SLUG.fullmatch(text))


def is_time_zone(name: str) -> bool:
    """Whether the name is an IANA time zone known here."""
    return name in _ZONES


def is_country(code: str) -> bool:
    """Whether the code is a country's in ISO 3166-1 alpha-2, as assigned in 2024."""
    return len(code) == 2 and code.isalpha() and f" {code} " in _COUNTRIES


def is_region(code: str) -> bool:
    """Whether the code may be a country's region in ISO 3166-2, the part after the hyphen; empty for none."""
    return bool(_REGION.fullmatch(code))


# Two that are in the database and nowhere on earth: what the machine is set to, and that it is not.
_ZONES = zoneinfo.available_timezones() - {"localtime", "Factory"}
_COUNTRIES = (
    " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH "
    "CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN "
    "GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI "
    "LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM "
    "PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD "
    "TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
