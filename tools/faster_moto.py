"""Speeds up moto's DynamoDB, SQS, and EventBridge: removes most of the work that isn't theirs.

moto routes each request through the patterns of all services, makes a web framework's request of
it, and lists its own methods; it parses the same expressions over and over, copies every item of a
table before a transaction writes there, and walks through each attribute of a request and a
response that is in DynamoDB's form already. botocore signs what moto never verifies, and describes
itself anew in each request. The results stay the same; tests/tools/test_faster_moto.py compares
them.
"""

import copy
import functools
import itertools
import json
import pickle  # nosec B403 # of objects of this process
import random
import re
import weakref
from collections import defaultdict
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from tools import direct_moto
from tools.direct_moto import HOST, OF_ITEMS

_IS_INSTALLED = "is_faster"
_STRUCTURE = "_serialize_type_structure"
# The hosts of all services but S3, whose requests say only in their signature what they contain.
_HOST_OF_ANY = re.compile(r"https://(?!s3\.)[a-z0-9-]+\.[a-z]+-[a-z]+-\d\.amazonaws\.com/")
# Conditions to remember at a time.
_MANY = 10_000
# An item of less, counted in characters, is never larger than the 400 KB that DynamoDB allows.
_MANY_BYTES = 50_000


def install() -> None:
    """Change moto in this process, once. Call it before moto serves anything."""
    responses: Any = import_module("moto.core.responses")
    table_class = import_module("moto.dynamodb.models.table").Table

    if hasattr(table_class, _IS_INSTALLED):
        return
    setattr(table_class, _IS_INSTALLED, True)
    _share_items(table_class, import_module("moto.dynamodb.models").DynamoDBBackend)
    _pass_attributes_on(import_module("moto.core.serialize").JSONSerializer)
    _remember(responses, "method_names_from_class")
    responses.gen_amzn_requestid_long = _name_request
    handler_class = import_module("moto.dynamodb.responses").DynamoHandler
    secrets_class = import_module("moto.secretsmanager.responses").SecretsManagerResponse
    _read_json_as_it_is(handler_class)
    stubber = import_module("moto.core.models").botocore_stubber
    handlers = {
        "dynamodb": handler_class,
        "events": import_module("moto.events.responses").EventsHandler,
        "secretsmanager": secrets_class,
        "sqs": import_module("moto.sqs.responses").SQSResponse,
    }
    direct_moto.install(import_module("botocore.client").BaseClient, handlers, stubber)
    _answer_directly(import_module("moto.core.botocore_stubber").BotocoreStubber, handlers)
    # A queue lists its attributes by these names for each message.
    _remember(import_module("moto.sqs.models"), "camelcase_to_underscores")
    _remember(responses, "camelcase_to_underscores")
    _parse_paths_once(import_module("moto.events.utils").EventTemplateParser)
    _parse_conditions_once(import_module("moto.dynamodb.comparisons").ConditionExpressionParser)
    _parse_updates_once(
        import_module("moto.dynamodb.parsing.expressions").UpdateExpressionParser,
        import_module("moto.dynamodb.parsing.validators"),
    )
    _visit_each_node_once(import_module("moto.dynamodb.parsing.ast_nodes"))
    _check_updates_once(import_module("moto.dynamodb.parsing.validators"))
    _measure_large_items_only(import_module("moto.dynamodb.models.dynamo_type"))
    _remember_names(import_module("moto.core.serialize").XFormedAttributePicker)
    _leave_unsigned(import_module("botocore.signers").RequestSigner, stubber)
    _describe_itself_once(import_module("botocore.useragent").UserAgentString)


def _name_request(headers: dict[str, Any] | None = None) -> str:
    """Return a request's id, of 52 digits as moto's own, drawn at once."""
    drawn = f"{random.getrandbits(208):052X}"  # nosec B311 # an id of moto's, not a secret
    if headers is not None:
        headers["x-amzn-requestid"] = drawn
    return drawn


def _answer_directly(stubber_class: Any, handlers: dict[str, Any]) -> None:
    """Pass a request to one of these services to moto's handler for that service."""
    from moto.core.utils import utcnow
    from moto.utilities.utils import get_partition
    from werkzeug.exceptions import HTTPException
    from werkzeug.http import http_date

    route = stubber_class.process_request

    def process_request(stubber: Any, request: Any) -> Any:
        host = HOST.match(request.url)
        if host is None:
            return route(stubber, request)
        service, region = host.groups()
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        handler = handlers[service]()
        handler.headers, handler.querystring, handler.uri_match = headers, {}, {}
        handler.body, handler.uri, handler.path = request.body.decode(), request.url, "/"
        handler.region, handler.partition = region, get_partition(region)
        handler.access_key = handler.get_access_key()
        handler.current_account = handler.get_current_account()
        handler.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
        if handler.automated_parameter_parsing:
            handler.parse_parameters(
                SimpleNamespace(
                    method=request.method,
                    values={},
                    headers=headers,
                    data=request.body,
                    path="/",
                    content_type=headers["Content-Type"],
                )
            )
        try:
            return handler.call_action()
        except HTTPException as error:
            return error.code, error.get_headers(), error.get_body()

    stubber_class.process_request = process_request


def _parse_paths_once(parser_class: Any) -> None:
    """Remember the paths in an event: moto makes a parser for each of eight in each event."""
    parse = parser_class.parse

    @functools.cache
    def remember() -> None:
        # Here, because its import takes long, and moto imports it for the first event only.
        _remember(import_module("jsonpath_ng.ext"), "parse")

    def parse_and_remember(*arguments: Any, **keywords: Any) -> Any:
        remember()
        return parse(*arguments, **keywords)

    parser_class.parse = staticmethod(parse_and_remember)


def _read_json_as_it_is(handler_class: Any) -> None:
    """Take a request's items as JSON has them, unless they contain bytes, which JSON can't hold."""
    in_full = handler_class.parse_parameters

    def parse_parameters(handler: Any, request: Any) -> None:
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if operation in OF_ITEMS and not re.search(rb'"BS?"', request.data):
            handler.params = json.loads(request.data)
        else:
            in_full(handler, request)

    handler_class.parse_parameters = parse_parameters


def _parse_conditions_once(parser_class: Any) -> None:
    """Remember what a condition means: moto parses each of a transaction three times."""
    parse = parser_class.parse
    known: dict[str, Any] = {}

    def parse_once(parser: Any) -> Any:
        key = repr(
            (
                parser.condition_expression,
                parser.expression_attribute_names,
                parser.expression_attribute_values,
            )
        )
        if key not in known:
            if len(known) > _MANY:
                known.clear()
            meaning = parse(parser)
            known[key] = meaning, parser.expr_attr_names_found, parser.expr_attr_values_found
        meaning, names, values = known[key]
        parser.expr_attr_names_found, parser.expr_attr_values_found = [*names], [*values]
        return meaning

    parser_class.parse = parse_once


def _parse_updates_once(parser_class: Any, validators: Any) -> None:
    """Remember the tree of an update, and copy it faster for each item that it's applied to."""
    parser_class.make = functools.cache(parser_class.make)
    validators.deepcopy = lambda tree: pickle.loads(pickle.dumps(tree))  # noqa: S301  # nosec B301 # our own


def _visit_each_node_once(ast_nodes: Any) -> None:
    """Remember which kinds of nodes a traverser processes, which moto lists at each node."""
    node_class: Any = ast_nodes.Node
    processed: Any = functools.cache(issubclass)
    kinds: dict[type, tuple[type, ...]] = {}

    def traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
        if not processed(type(node), node_class):
            return node
        wanted = kinds.get(type(traverser))
        if wanted is None:
            wanted = kinds[type(traverser)] = traverser.nodes_to_be_processed()
        parent = node.parent
        for number, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, number)
            traverse(traverser, child, number)
        if processed(type(node), wanted):
            node = traverser.process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    ast_nodes.DepthFirstTraverser.traverse_node_recursively = traverse


def _check_updates_once(validators: Any) -> None:
    """Remember which updates passed the checks that depend neither on values nor on the item.

    Of the others, those that change nothing look at what they are about, not at each node.
    """
    nodes = import_module("moto.dynamodb.parsing.ast_nodes")
    passed: set[tuple[Any, ...]] = set()
    actions, function = [nodes.UpdateExpressionSetAction], nodes.UpdateExpressionFunction
    initialize = validators.Validator.__init__

    def initialize_and_remember(validator: Any, expression: Any, **fields: Any) -> None:
        # The parser remembers the tree, and therefore its address stays its own.
        validator.tree = id(expression)
        initialize(validator, expression, **fields)

    def validate(validator: Any) -> Any:
        node, names = validator.node_to_validate, validator.expression_attribute_names or {}
        key = (validator.tree, *validator.table.table_key_attrs, *names.items())
        checks, resolvers = validator.processors[:3], validator.processors[3:5]
        evaluate, find_missing, execute, type_check, empty_check = validator.processors[5:]
        if key not in passed:
            for check in checks:
                node = check.traverse(node)
            passed.add(key)
        for resolver in resolvers:
            node = resolver.traverse(node)
        if _contains(node, function):
            node = evaluate.traverse(node)
        if _contains(node, nodes.NoneExistingPath):
            node = find_missing.traverse(node)
        node = execute.traverse(node)
        clauses = node.find_clauses(actions)
        for clause in clauses:
            type_check.check_for_type_mismatch(clause)
        for clause in clauses:
            empty_check.check_for_empty_string_key_value(clause)
        return node

    validators.Validator.__init__ = initialize_and_remember
    validators.UpdateExpressionValidator.validate = validate


def _contains(node: Any, kind: type) -> bool:
    if isinstance(node, kind):
        return True
    return any(_contains(child, kind) for child in getattr(node, "children", None) or ())


def _measure_large_items_only(dynamo_type: Any) -> None:
    """Add up what is put into an item, and measure it anew only where that may be too much."""
    dict_class, type_class = dynamo_type.LimitedSizeDict, dynamo_type.DynamoType
    measure_and_set = dict_class.__setitem__

    def size(key: str, value: Any) -> int:
        return len(key) + (value.size() if type(value) is type_class else len(str(value)))

    def set_item(items: Any, key: str, value: Any) -> None:
        if not hasattr(items, "added"):  # A copy has been made without it.
            items.added = sum(itertools.starmap(size, items.items()))
        items.added += size(key, value)
        if items.added < _MANY_BYTES:
            dict.__setitem__(items, key, value)
        else:
            measure_and_set(items, key, value)

    dict_class.__setitem__ = set_item


def _remember_names(picker_class: Any) -> None:
    """Remember under which names a value may be kept, which moto derives for each value it writes.

    They follow from the class of the object and the value's place in the response. A list of a
    stack's resources has thousands of values, and a test of a deployment asks for dozens of lists.
    """
    derive = picker_class.get_possible_keys
    known: dict[Any, list[str]] = {}

    def get_possible_keys(picker: Any, context: Any) -> list[str]:
        key = type(picker), *picker.alias_providers, type(context.obj), context.shape, context.key
        if key not in known:
            known[key] = [*derive(picker, context)]
        return known[key]

    picker_class.get_possible_keys = get_possible_keys


def _leave_unsigned(signer_class: Any, stubber: Any) -> None:
    """Sign no request that moto answers: it never looks at the signature."""
    sign = signer_class.handler

    def handler(
        signer: Any, operation_name: Any = None, request: Any = None, **keywords: Any
    ) -> Any:
        if stubber.enabled and _HOST_OF_ANY.match(request.url):
            return None
        return sign(signer, operation_name=operation_name, request=request, **keywords)

    signer_class.handler = handler


def _describe_itself_once(agent_class: Any) -> None:
    """Remember botocore's user agent, which moto doesn't look at either."""
    known: Any = weakref.WeakKeyDictionary()
    describe = agent_class.to_string

    def to_string(agent: Any) -> str:
        if agent not in known:
            known[agent] = describe(agent)
        text: str = known[agent]
        return text

    agent_class.to_string = to_string


def _remember(module: Any, name: str) -> None:
    setattr(module, name, functools.cache(getattr(module, name)))


def _copied(items: Any, *, has_range_key: bool) -> Any:
    """Return a copy of a table's ``items`` that shares the single items, which never change."""
    if not has_range_key:
        return defaultdict(dict, items)
    return defaultdict(dict, {key: dict(sorted_) for key, sorted_ in items.items()})


def _share_items(table_class: Any, backend_class: Any) -> None:
    """Replace an item when it's updated, so that the copy for a rollback can share all of them."""
    update_item = backend_class.update_item

    def replace_and_update(
        self: Any, table_name: str, key: Any, *args: Any, **keywords: Any
    ) -> Any:
        table = self.get_table(table_name)
        names = [table.hash_key_attr, *([table.range_key_attr] if table.has_range_key else [])]
        place, last = table.items, [_as_key(key[name]) for name in names]
        for part in last[:-1]:
            place = place.get(part, {})
        if last[-1] in place:
            place[last[-1]] = copy.deepcopy(place[last[-1]])
        return update_item(self, table_name, key, *args, **keywords)

    def copied_table(self: Any, _: Any) -> Any:
        new = object.__new__(type(self))
        new.__dict__ = self.__dict__ | {
            "items": _copied(self.items, has_range_key=self.has_range_key)
        }
        return new

    backend_class.update_item = replace_and_update
    table_class.__deepcopy__ = copied_table


def _as_key(value: Any) -> Any:
    from moto.dynamodb.models.dynamo_type import DynamoType

    return DynamoType(value)


def _pass_attributes_on(serializer: Any) -> None:
    """Write attributes as they are, unless they contain bytes, which JSON can't express."""
    in_full = getattr(serializer, _STRUCTURE)

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if key and shape.name == "AttributeValue" and not _has_bytes(value):
            self._default_serialize(serialized, value, shape, key)
        else:
            in_full(self, serialized, value, shape, key)

    setattr(serializer, _STRUCTURE, serialize)


def _has_bytes(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_bytes, value.values()))
    if isinstance(value, list):
        return any(map(_has_bytes, value))
    return isinstance(value, bytes)
