"""QR codes as SVG and PNG, black on white with the quiet zone around them, so that they are read from dark pages too."""

from io import BytesIO

import segno

from domain.tickets.pictures import PictureKind
from domain.two_factor import QrCode

QUIET_ZONE = 4
"""Modules (ISO/IEC 18004, §5.3.8)."""
PIXELS = 10
"""A module's width in a PNG."""


class SegnoQrCodes:
    """Implements `domain.two_factor.QrCodes` and `domain.tickets.pictures.QrPictures`."""

    def draw(self, text: str) -> QrCode:
        """See `QrCodes.draw`; up to 15 % of the picture may be unreadable."""
        drawn = segno.make_qr(text, error="m", boost_error=False)
        written = BytesIO()
        drawn.save(written, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False)
        data_uri = drawn.svg_data_uri(border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False)
        return QrCode(written.getvalue().decode(), data_uri)

    def picture(self, text: str, kind: PictureKind) -> bytes:
        """See `QrPictures.picture`; up to 15 % of it may be unreadable."""
        if kind is PictureKind.SVG:
            return self.draw(text).svg.encode()
        written = BytesIO()
        segno.make_qr(text, error="m", boost_error=False).save(written, kind="png", scale=PIXELS, border=QUIET_ZONE)
        return written.getvalue()
