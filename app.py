"""The Chalice app: its middleware and its blueprints."""

import os

from chalice.app import Chalice

if "AWS_CHALICE_CLI_MODE" in os.environ and "AWS_LAMBDA_FUNCTION_NAME" not in os.environ:
    # A Chalice command on a developer's machine. This comes first, so that Chalice's autoreload
    # ignores the files that the next lines write.
    from importlib import util

    if util.find_spec("tools"):  # the deployment package has none
        from tools import chalice_local

        chalice_local.enable()

from chalicelib import functions
from chalicelib.platform import responses, security_headers, settings

if settings.current().function in functions.READ_SESSION_KEYS:
    from chalicelib.sessions import keys

    keys.prefetch()

BLUEPRINTS = functions.blueprints(settings.current().function)

app = Chalice(app_name=settings.APPLICATION)
app.api.cors = security_headers.cors_config()
app.register_middleware(responses.complete_response, "http")
for blueprint in BLUEPRINTS:
    app.register_blueprint(blueprint)
