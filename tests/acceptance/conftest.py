"""One emulator with one deployed stage, for all tests of this folder."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from unittest import mock

import pytest

from chalicelib.platform import aws
from chalicelib.platform.aws_http import SERVICES, HttpClient
from ops import confirmation, deploy, package
from tests.acceptance import emulator as emulators
from tests.acceptance import gaps
from tests.acceptance.emulator import OPERATOR, Emulator
from tests.support import oidc_provider
from tests.support.environments import LIMITS, MAIL_FROM, PUBLIC_URL, Stage, environment

STAGE = "dev"
GIVEN = {
    "MAIL_FROM": MAIL_FROM,
    "STAFF_SECOND_FACTOR": "optional",
    "BREACHED_PASSWORDS": "off",
    # Passkeys need a domain.
    "PUBLIC_URL": PUBLIC_URL,
    "OIDC_PROVIDERS": json.dumps(oidc_provider.PROVIDERS),
}


@pytest.fixture(scope="session", autouse=True)
def _aws() -> None:
    """No AWS but the emulator: moto stays off."""


@dataclass(frozen=True)
class Operator:
    """Deploys with the project's own commands, as an operator does."""

    emulator: Emulator
    packaged: package.Package

    def deploy(self, stage_package: package.Package | None = None, **parameters: str) -> int:
        """Run ``make deploy STAGE=dev YES=1``."""
        chosen_package = stage_package or self.packaged
        with (
            mock.patch.object(deploy, "_uncommitted_changes", return_value=None),
            # The emulator runs the functions on this Python.
            mock.patch.object(deploy, "RUNTIME", sys.version_info[:2]),
            mock.patch.object(package, "build", return_value=chosen_package),
        ):
            return deploy.run(STAGE, parameters, confirmation.asking(yes=True), audited=False)

    def destroy(self, erase: str | None = None) -> int:
        """Run ``make destroy STAGE=dev YES=1``."""
        return deploy.destroy(STAGE, erase, confirmation.asking(yes=True))

    @property
    def url(self) -> str:
        """Where the emulator serves the deployed API."""
        api = deploy.stack_of(STAGE).outputs()["EndpointURL"].split("//")[1].split(".")[0]
        return gaps.api_url(self.emulator, api, "api")


@pytest.fixture(scope="session")
def stage_package(tmp_path_factory: pytest.TempPathFactory) -> package.Package:
    """The package of the stage for this machine."""
    with environment(STAGE=STAGE, **GIVEN):
        folder = tmp_path_factory.mktemp("package")
        return package.build(STAGE, folder, package.architecture_here())


@pytest.fixture(scope="session")
def new_operator(
    tmp_path_factory: pytest.TempPathFactory, stage_package: package.Package
) -> Callable[[], "contextmanager[Operator]"]:
    """Gives an operator of an AWS account of its own with nothing in it."""

    @contextmanager
    def begin() -> Iterator[Operator]:
        with (
            emulators.running(tmp_path_factory.mktemp("aws")) as running,
            mock.patch.dict(os.environ, {**OPERATOR, "AWS_ENDPOINT_URL": running.url}),
            environment(STAGE=STAGE, **GIVEN),
            gaps.gaps_closed(running),
        ):
            aws._aws_client.cache_clear()
            yield Operator(running, stage_package)
        aws._aws_client.cache_clear()

    return begin


@pytest.fixture(scope="session")
def deployed(new_operator: Callable[[], "contextmanager[Operator]"]) -> Iterator[Operator]:
    """An operator who has deployed the stage."""
    with new_operator() as operator:
        assert operator.deploy() == 0
        sender = aws.aws_client("sesv2")
        sender.create_email_identity(EmailIdentity=MAIL_FROM)
        yield operator


@pytest.fixture
def stage(deployed: Operator) -> Iterator[Stage]:
    """The tables behind the deployed service."""
    with (
        environment(STAGE=STAGE, **GIVEN),
        closing(HttpClient(SERVICES["dynamodb"], LIMITS)) as reader,
    ):
        yield Stage(STAGE, aws.aws_client("dynamodb"), reader, in_moto=False)
