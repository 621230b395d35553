"""QR codes: a text that a phone's camera reads from a screen or from paper."""

import io


def svg(text: str) -> str:
    """Return a text as a QR code: a whole SVG document, to be shown as an image."""
    import segno

    drawn = io.BytesIO()
    code = segno.make(text, error="m")
    code.save(drawn, kind="svg", xmldecl=False, scale=4, light="#fff", dark="#000")
    return drawn.getvalue().decode()
