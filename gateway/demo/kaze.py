"""Kaze no Butai: a small theatre company that tours Tokyo, Osaka and Sapporo; yen without decimals, Japanese with English."""

from domain.events import AttendanceMode, EventStatus
from domain.imports import ImportedVenue
from gateway.demo.programme import Day, Kind, Show, Slot, Troupe

LITTLE_STAGE = ImportedVenue("風の小劇場", "神楽坂 5-12", "東京", "JP", "Asia/Tokyo")
RIVERSIDE = ImportedVenue("川べりホール", "天満橋 2-8", "大阪", "JP", "Asia/Tokyo")
SNOW_HOUSE = ImportedVenue("雪見座", "南 4 条西 7-3", "札幌", "JP", "Asia/Tokyo")

SEAT = {"ja": "指定席", "en": "Seat"}
SIDE = {"ja": "サイド席", "en": "Side seat"}
UNDER_25 = {"ja": "25 歳以下", "en": "Under 25"}
SAME_DAY = {"ja": "当日券", "en": "Same-day ticket"}
PRESALE = {"ja": "先行販売", "en": "Presale"}


def play(seat: str, side: str, young: str) -> tuple[Kind, ...]:
    """Seats, a few side seats, a presale that is over, and tickets that are sold on the last day only."""
    return (
        Kind(SEAT, seat, ("客席",)),
        Kind(SIDE, side, ("サイド",), max_per_order=2),
        Kind(UNDER_25, young, ("客席",), max_per_order=1),
        Kind(PRESALE, seat, ("客席",), closes_days_before=50),
        Kind(SAME_DAY, seat, ("客席",), opens_days_before=1),
    )


SHOWS = (
    Show(
        "kaze-no-koe",
        title={"ja": "風の声", "en": "The Voice of the Wind"},
        about={"ja": "灯台守と三羽のかもめの物語。", "en": "A lighthouse keeper and three gulls, told with fans and one flute."},
        venue=LITTLE_STAGE,
        slot=Slot(Day.FRIDAY, 7, "19:00", 2),
        pools={"客席": 110, "サイド": 5},
        kinds=play("5500", "3800", "2500"),
    ),
    Show(
        "yuki-no-rakugo",
        title={"ja": "雪の落語会", "en": "Stories for a Snowy Night"},
        about={"ja": "噺家四人、こたつつき。", "en": "Four storytellers, with a heated table for the first row."},
        venue=SNOW_HOUSE,
        slot=Slot(Day.SATURDAY, 9, "14:00", 2.5),
        pools={"客席": 160, "サイド": 20},
        kinds=play("4200", "3000", "2000"),
    ),
    Show(
        "kawaberi-bunraku",
        title={"ja": "川べり人形芝居", "en": "Puppets by the River"},
        about={"ja": "人形たちが橋を渡るまで。", "en": "How the puppets came across the bridge."},
        venue=RIVERSIDE,
        slot=Slot(Day.SUNDAY, 12, "13:00", 3),
        pools={"客席": 280, "サイド": 24},
        kinds=play("6800", "4800", "3000"),
    ),
    Show(
        "taiko-at-noon",
        title={"ja": "正午の太鼓", "en": "Taiko at Noon"},
        about={"ja": "一時間、七つの太鼓。", "en": "One hour, seven drums, in your lunch break."},
        venue=RIVERSIDE,
        slot=Slot(Day.WEDNESDAY, 15, "12:00", 1),
        pools={"客席": 280, "サイド": 24},
        kinds=play("3000", "2200", "1500"),
    ),
    Show(
        "robots-tea-party",
        title={"ja": "ロボットのお茶会", "en": "The Robots' Tea Party"},
        about={"ja": "配信でもご覧いただけます。", "en": "A comedy for two actors and nine machines; also as a stream."},
        venue=LITTLE_STAGE,
        slot=Slot(Day.SATURDAY, 17, "18:00", 1.75),
        pools={"客席": 110, "サイド": 4, "配信": 3000},
        kinds=(*play("5000", "3500", "2500"), Kind({"ja": "配信", "en": "Stream"}, "1800", ("配信",))),
        attendance_mode=AttendanceMode.HYBRID,
    ),
    Show(
        "moon-viewing-noh",
        title={"ja": "月見能", "en": "Noh by Moonlight"},
        about={"ja": "雨天の場合は屋内で。", "en": "Outdoors under the moon, indoors under the rain."},
        venue=SNOW_HOUSE,
        slot=Slot(Day.THURSDAY, 22, "18:30", 2),
        pools={"客席": 140, "サイド": 6},
        kinds=play("7500", "5200", "3500"),
    ),
    Show(
        "sea-of-letters",
        title={"ja": "手紙の海", "en": "A Sea of Letters"},
        about={"ja": "朗読劇。観客の手紙から。", "en": "A reading, made of letters that the audience brought."},
        venue=LITTLE_STAGE,
        slot=Slot(Day.TUESDAY, 26, "19:30", 1.5),
        pools={"客席": 110, "サイド": 3},
        kinds=play("4000", "2800", "2000"),
    ),
    Show(
        "spring-tour-opening",
        title={"ja": "春の巡演 初日", "en": "Spring Tour, First Night"},
        about={"ja": "準備中です。", "en": "In preparation."},
        venue=RIVERSIDE,
        slot=Slot(Day.FRIDAY, 45, "19:00", 2.5),
        pools={"客席": 280, "サイド": 24},
        kinds=play("6500", "4500", "3000"),
        status=EventStatus.DRAFT,
    ),
)

KAZE = Troupe(
    slug="kaze",
    name="風の舞台",
    locale="ja",
    currency="JPY",
    domain="tickets.kaze-no-butai.example",
    people=("森 あおい", "藤田 健", "小川 真理", "石井 大輔", "高橋 ゆき", "中島 蓮", "林 美咲"),
    shows=SHOWS,
)
