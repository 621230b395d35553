"""How packages are watched: the weekly audit, and the deadlines for patches."""

import re
from pathlib import Path

import yaml

PROJECT = Path(__file__).parent.parent
POLICY = (PROJECT / "SECURITY.md").read_text()
WORKFLOW = (PROJECT / ".github" / "workflows" / "audit.yml").read_text()
# YAML 1.1 reads `on` as a truth value.
ON = True


def test_the_weekly_audit_may_only_read_the_repository():
    workflow = yaml.safe_load(WORKFLOW)
    [job] = workflow["jobs"].values()

    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert job["steps"][0]["with"] == {"persist-credentials": False}
    assert "secrets." not in WORKFLOW


def test_the_weekly_audit_fails_if_it_could_not_ask():
    workflow = yaml.safe_load(WORKFLOW)
    [job] = workflow["jobs"].values()

    assert re.fullmatch(r"\d+ \d+ \* \* \d", workflow[ON]["schedule"][0]["cron"])
    assert job["steps"][-1]["run"] == "make audit REQUIRED=1"


def test_each_action_of_a_workflow_is_pinned_to_a_commit():
    for file in (PROJECT / ".github" / "workflows").iterdir():
        for used in re.findall(r"uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used)


def test_each_severity_has_a_deadline_in_days_for_the_fix_and_for_the_deployment():
    deadlines = {
        severity: (int(fix), int(deployed))
        for severity, fix, deployed in re.findall(
            r"\| (\w+) \([\d.–]+\) \| (\d+) \| (\d+) \|", POLICY
        )
    }

    assert list(deadlines) == ["Critical", "High", "Medium", "Low"]
    assert list(deadlines.values()) == sorted(deadlines.values())


def test_each_installation_that_is_documented_compares_hashes():
    for file in [PROJECT / "Makefile", *PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]:
        for line in file.read_text().splitlines():
            if re.search(r"pip install.* -r ", line) and file.name != "CHANGELOG.md":
                assert "--require-hashes" in line
