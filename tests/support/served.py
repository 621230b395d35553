"""``python -m tests.support.served tools dev`` is ``python -m tools dev`` as tests run it.

What it asks of AWS is checked against the policies. And it waits longer for its AWS, which is a
process of the same machine, and slow while all tests are busy there: none of them is about that.
An erasure, which stops in time for Lambda, has as much longer. And it hashes each password once,
as the tests do in their own process: almost all accounts have the same one. It looks at the pages'
sources once.
"""

import functools
import os
import runpy
import sys
from pathlib import Path

from chalicelib.identity import password_strength, passwords
from chalicelib.platform import aws
from chalicelib.privacy import erasure
from tests.support import permission_recorder
from web import build

_SECONDS = 20.0
_SECONDS_OF_AN_ERASURE = 80

if __name__ == "__main__":
    aws.TIMEOUT_SECONDS = _SECONDS
    erasure.MAX_SECONDS = _SECONDS_OF_AN_ERASURE
    passwords.hash_password = functools.cache(passwords.hash_password)
    passwords.verify_password = functools.cache(passwords.verify_password)
    password_strength.find_weakness = functools.cache(password_strength.find_weakness)
    build._sources = functools.cache(build._sources)
    permission_recorder.install(Path(os.environ[permission_recorder.FOLDER]))
    _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
