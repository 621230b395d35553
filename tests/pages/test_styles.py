"""What style sheets promise to people who prefer less motion, or who need to see the focus."""

import re

from web import assets

_CALM = re.compile(
    r"@media \(prefers-reduced-motion: ?no-preference\) ?\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}"
)


def test_nothing_moves_for_people_who_prefer_reduced_motion():
    for name, style in assets.current("styles").items():
        assert not re.search(r"\b(transition|animation)[a-z-]*:", _CALM.sub("", style)), name


def test_the_focus_is_outlined_everywhere():
    assert re.search(
        r":focus-visible ?\{outline:3px solid var\(--link\)", assets.current("styles")["style"]
    )
    for name, style in assets.current("styles").items():
        without_outline = re.findall(r"([^{}]*)\{[^{}]*outline:(?:none|0)", style)
        # What only scripts give the focus to.
        assert without_outline in ([], ["main:focus,[data-part]:focus"]), name
