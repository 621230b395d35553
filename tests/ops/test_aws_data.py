"""The shipped part of botocore's data describes AWS exactly as the whole data does."""

import contextlib
import json
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.regions import EndpointResolver
from botocore.serialize import create_serializer
from botocore.utils import ArgumentGenerator

from chalicelib.platform import aws
from chalicelib.platform.aws import OPERATIONS
from ops import aws_data

ASKED = [(service, name) for service, names in OPERATIONS.items() for name in names]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that ships."""
    unpacked = tmp_path_factory.mktemp("task")
    for name, content in aws_data.files().items():
        file = unpacked / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return unpacked / aws.DATA.name


@pytest.fixture(scope="module")
def shipped(folder):
    """Reads what ships, and nothing else."""
    return Loader([str(folder)], include_default_search_paths=False)


@pytest.fixture(scope="module")
def full_data():
    """Reads all that botocore has."""
    return Loader(include_default_search_paths=True)


def operation(loader, service, name):
    model = ServiceModel(loader.load_service_model(service, "service-2"), service_name=service)
    return model.operation_model(name)


def sample(shape):
    """An example of everything that a shape can hold; some operations return nothing."""
    if shape is None:
        return {}
    return ArgumentGenerator(use_member_names=True).generate_skeleton(shape)


def as_body(model, content, root):
    """What a service sends: XML from S3, JSON from all others."""
    if model.metadata["protocol"] != "rest-xml":
        return json.dumps(content, default=str).encode()
    return ElementTree.tostring(as_xml(root, content))


def as_xml(name, part):
    element = ElementTree.Element(name)
    if isinstance(part, dict):
        element.extend(as_xml(key, value) for key, value in part.items())
    else:
        element.text = str(part)
    return element


def with_bytes(part):
    """The same with bytes where the generator of examples leaves them open."""
    if isinstance(part, dict):
        return {name: with_bytes(each) for name, each in part.items()}
    if isinstance(part, list):
        return [with_bytes(each) for each in part]
    return b"bytes" if part is None else part


@pytest.mark.parametrize(("service", "name"), ASKED)
def test_a_call_is_written_as_ever(shipped, full_data, service, name):
    shipped_model, full_model = (
        operation(shipped, service, name),
        operation(full_data, service, name),
    )
    parameters = with_bytes(sample(full_model.input_shape))

    def written(model):
        serializer = create_serializer(model.metadata["protocol"], include_validation=False)
        return serializer.serialize_to_request(parameters, model)

    assert written(shipped_model) == written(full_model)


@pytest.mark.parametrize(("service", "name"), ASKED)
def test_an_answer_is_read_as_ever(shipped, full_data, service, name):
    shipped_model, full_model = (
        operation(shipped, service, name),
        operation(full_data, service, name),
    )
    content = as_body(full_model, sample(full_model.output_shape), "Answer")
    answer = {"status_code": 200, "headers": {}, "body": content}

    def read(model):
        return create_parser(model.metadata["protocol"]).parse(answer, model.output_shape)

    assert read(shipped_model) == read(full_model)


@pytest.mark.parametrize(("service", "name"), ASKED)
def test_an_error_is_read_as_ever(shipped, full_data, service, name):
    shipped_model, full_model = (
        operation(shipped, service, name),
        operation(full_data, service, name),
    )
    for refusal in full_model.error_shapes:
        told = {"__type": refusal.name, "Code": refusal.name, **sample(refusal)}
        content = as_body(full_model, told, "Error")
        answer = {"status_code": 400, "headers": {}, "body": content}

        def read(model, answer=answer, code=refusal.error_code):
            shape = model.service_model.shape_for_error_code(code)
            return create_parser(model.metadata["protocol"]).parse(answer, shape)

        assert read(shipped_model) == read(full_model)


def test_every_region_is_reached_where_it_is(shipped, full_data):
    shipped_resolver, full_resolver = (
        EndpointResolver(of.load_data("endpoints")) for of in (shipped, full_data)
    )

    for prefix in ("dynamodb", "secretsmanager", "email"):
        for partition in full_resolver.get_available_partitions():
            regions = full_resolver.get_available_endpoints(
                prefix, partition, allow_non_regional=True
            )
            for region in [*regions, "us-new-7"]:
                assert shipped_resolver.construct_endpoint(
                    prefix, region
                ) == full_resolver.construct_endpoint(prefix, region)


def test_nothing_else_ships(shipped):
    for service, names in OPERATIONS.items():
        model = ServiceModel(shipped.load_service_model(service, "service-2"))
        assert set(model.operation_names) == set(names)
    assert b"<p>" not in b"".join(aws_data.files().values())


@pytest.fixture
def packaged(folder, backend, monkeypatch):
    """Makes clients as Lambda does."""
    monkeypatch.setattr(aws, "DATA", folder)
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required")
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    _forget()
    yield aws.aws_client
    _forget()


@pytest.fixture
def operator(tmp_path, backend, monkeypatch):
    """Makes clients as on a machine whose credentials come from somewhere else."""
    profiles = tmp_path / "config"
    profiles.write_text(
        "[profile lakes]\nrole_arn = arn:aws:iam::123456789012:role/Operator\n"
        "source_profile = own\n"
        "[profile own]\naws_access_key_id = own\naws_secret_access_key = own\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles))
    monkeypatch.setenv("AWS_PROFILE", "lakes")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    _forget()
    yield aws.aws_client
    _forget()


def _forget():
    for cached in (aws._aws_session, aws._aws_client):
        cached.cache_clear()


def test_an_operator_who_takes_on_a_role_gets_through(operator):
    """The commands use this client, too, and STS is asked for the role's credentials."""
    client = operator("secretsmanager")

    assert client.list_secrets()["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", OPERATIONS)
def test_what_ships_is_what_is_read_there(packaged, service):
    assert set(packaged(service).meta.service_model.operation_names) == set(OPERATIONS[service])


def test_where_a_call_goes_is_still_botocores_to_say(packaged):
    """Rules of endpoints know more than a table of them does: here, addresses by account."""
    calls = []
    client = packaged("dynamodb")
    client.meta.events.register("before-call", lambda params, **_: calls.append(params["url"]))
    with contextlib.suppress(ClientError):
        client.get_item(TableName="users", Key={"id": {"S": "1"}})

    assert calls == ["https://123456789012.ddb.us-east-1.amazonaws.com/"]
