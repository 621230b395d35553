"""QR codes: texts in a form that phone cameras read from a screen or paper."""

import io


def svg(text: str) -> str:
    """Return a text as a QR code: a complete SVG document."""
    import segno

    drawn = io.BytesIO()
    code = segno.make(text, error="m")
    code.save(drawn, kind="svg", xmldecl=False, scale=4, light="#fff", dark="#000")
    return drawn.getvalue().decode()
