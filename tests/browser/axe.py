"""axe-core, which checks a page's accessibility automatically."""

import json

from axe_playwright_python.base import AXE_SCRIPT

# WCAG 2.2, A and AA, and what axe-core calls best practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def expect_accessible(page):
    """Hold that nothing is found; the page's browser has to bypass its policy."""
    found = violations(page)
    assert not found, json.dumps(found, indent=1)


def violations(page):
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return {
        one["id"]: [node["target"] + [node["failureSummary"]] for node in one["nodes"]]
        for one in found["violations"]
    }
