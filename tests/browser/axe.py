"""axe-core, which checks a page's accessibility automatically."""

import json

from axe_playwright_python.base import AXE_SCRIPT

# WCAG 2.2, A and AA, and what axe-core calls best practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def expect_accessible(page):
    """Hold that nothing is found; the page's browser has to bypass its policy."""
    violations_found = violations(page)
    assert not violations_found, json.dumps(violations_found, indent=1)


def violations(page):
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return {
        violation["id"]: [node["target"] + [node["failureSummary"]] for node in violation["nodes"]]
        for violation in result["violations"]
    }
