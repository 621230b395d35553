"""Sign-in with Flask, flask-jwt-extended, and argon2-cffi on DynamoDB: what their guides show.

It neither limits attempts nor stores sessions.
"""

import os
from typing import Any

import boto3
import serverless_wsgi
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
)

service = Flask(__name__)
service.config.update(
    JWT_SECRET_KEY=os.environ["SECRET"],
    JWT_TOKEN_LOCATION=["cookies"],
    JWT_COOKIE_CSRF_PROTECT=False,
)
JWTManager(service)
users = boto3.resource("dynamodb").Table(os.environ["TABLE"])
# The same cost as ours: OWASP's minimum.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@service.post("/signup")
def sign_up() -> Any:
    """Create an account."""
    body = request.get_json()
    users.put_item(
        Item={"username": body["username"], "password": hasher.hash(body["password"])},
        ConditionExpression="attribute_not_exists(username)",
    )
    return jsonify(username=body["username"])


@service.post("/signin")
def sign_in() -> Any:
    """Set the cookie with the token, if the password is right."""
    body = request.get_json()
    found = users.get_item(Key={"username": body["username"]}, ConsistentRead=True).get("Item")
    try:
        hasher.verify(found["password"] if found else "", body["password"])
    except VerifyMismatchError:
        return jsonify(error="Incorrect username or password"), 401
    response = jsonify(username=body["username"])
    set_access_cookies(response, create_access_token(identity=body["username"]))
    return response


@service.get("/me")
@jwt_required()
def show_me() -> Any:
    """Return the account of the token."""
    found = users.get_item(Key={"username": get_jwt_identity()}, ConsistentRead=True)["Item"]
    return jsonify(username=found["username"])


def app(event: dict[str, Any], context: object) -> Any:
    """Handle an event of API Gateway."""
    return serverless_wsgi.handle_request(service, event, context)
