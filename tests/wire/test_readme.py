"""The README, tried word for word."""

import re
import subprocess

from tests.wire.servers import PROJECT, serving

README = (PROJECT / "README.md").read_text()
# What is another each time.
_CHANGING = re.compile(r'"(id|createdAt|updatedAt)":"[^"]*"')


def transcript():
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for step in block.split("$ ")[1:]:
            command, _, expected = step.partition("\n")
            yield command, expected


def test_the_transcript_comes_out_as_written(tmp_path):
    with serving(tmp_path) as served:
        for command, expected in transcript():
            done = subprocess.run(
                ["bash", "-c", command.replace("http://localhost:8000", served.url)],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            said = done.stdout.replace("\r", "")
            assert _CHANGING.sub("", said.rstrip("\n")) == _CHANGING.sub("", expected.rstrip("\n"))
