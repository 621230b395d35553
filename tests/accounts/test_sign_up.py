"""Signing up."""

from tests.people import PASSWORD


def test_a_username_and_a_password_make_a_full_account(nobody, backend):
    reply = nobody.post("/signup", {"username": "River.Okafor", "password": PASSWORD})

    assert reply.status == 201
    account = reply.json
    assert account.pop("id")
    assert account.pop("createdAt") == account.pop("updatedAt")
    assert account == {
        "username": "River.Okafor",
        "email": None,
        "emailVerified": False,
        "firstName": None,
        "lastName": None,
        "role": "User",
    }
    assert nobody.get("/me").json["username"] == "River.Okafor"
