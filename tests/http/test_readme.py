"""The requests in the README, sent word for word."""

import re
import subprocess

from tests.http.servers import PROJECT, serving

README = (PROJECT / "README.md").read_text()


def transcript():
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for step in block.split("$ ")[1:]:
            command, _, expected = step.partition("\n")
            yield command, expected


def test_every_request_returns_the_response_that_is_shown(tmp_path):
    with serving(tmp_path) as served:
        for command, expected in transcript():
            result = subprocess.run(
                ["bash", "-c", command.replace("http://localhost:8000", served.url)],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            assert result.stdout.replace("\r", "").rstrip("\n") == expected.rstrip("\n")
