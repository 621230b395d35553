"""Simulated authenticator apps."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from chalicelib.platform import clock
from tests.support.clients import PASSWORD, Person, Response

STEP = timedelta(seconds=30)


@dataclass
class App:
    """An app with a secret, and the recovery codes that the user wrote down."""

    secret: str
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or clock.now())

    def wrong_code(self) -> str:
        """Six digits that the app shows neither now, nor a step before or after."""
        valid_codes = {self.code(clock.now() + STEP * steps) for steps in (-1, 0, 1)}
        return next(
            code for code in ("000000", "111111", "222222", "333333") if code not in valid_codes
        )


def start_setup(person: Person) -> App:
    response = person.post("/mfa/totp", {"currentPassword": PASSWORD})
    assert response.status == 200, response.body
    return App(response.json["secret"])


def confirm(person: Person, app: App, at: datetime | None = None) -> Response:
    return person.post("/mfa/totp/confirm", {"code": app.code(at)})


def set_up(person: Person) -> App:
    """Set one up, with the code of the step before, so that the present one is still to be used."""
    app = start_setup(person)
    response = confirm(person, app, clock.now() - STEP)
    assert response.status == 200, response.body
    app.recovery_codes = response.json["recoveryCodes"]
    return app


def sign_in(person: Person, code: str | None = None, password: str = PASSWORD) -> Response:
    fields = {"username": person.name, "password": password}
    return person.post("/signin", fields if code is None else {**fields, "code": code})
