"""How attackers get at exports of registrations, and at their files."""

from chalicelib.exports import files
from chalicelib.exports.store import ExportStore
from chalicelib.platform import settings
from chalicelib.platform.dynamodb import database
from tests.security.attacks.attacker import Attacker, Denied, Item
from tests.security.attacks.world import World, key_of, technique
from tests.support.exports import EXPORT

TABLE = "exports"


def _key(world: World) -> Item:
    return key_of(world.item(TABLE), "userId", "id")


@technique
def read_an_export(attacker: Attacker, world: World) -> bool:
    """Who exports what, and with which filters."""
    if attacker.may("sqs:ReceiveMessage queue/exports"):
        return True
    return "filters" in attacker.read(TABLE, _key(world), "filters")


@technique
def change_or_delete_an_export(attacker: Attacker, world: World) -> bool:
    """So that another list is written, or none."""
    before = world.item(TABLE)
    try:
        attacker.put(TABLE, before | {"filters": {"status": "Hired"}})
    except Denied:
        try:
            attacker.update(TABLE, _key(world), filters={})
        except Denied:
            attacker.delete(TABLE, _key(world))
    return before not in world.stage.rows(TABLE)


@technique
def read_the_file_of_an_export(attacker: Attacker, world: World) -> bool:
    """It has the registrations of an event."""
    export = ExportStore(database()).get(world.victim.account["id"], EXPORT)
    assert export is not None
    place = {"Bucket": settings.current().exports_bucket, "Key": files.key(export)}
    return bool(attacker.call("s3", "GetObject", **place)["Body"].read())


@technique
def replace_the_file_of_an_export(attacker: Attacker, _: World) -> bool:
    """With one that has other registrations."""
    return attacker.may("s3:PutObject files")


@technique
def swallow_an_export(attacker: Attacker, _: World) -> bool:
    """So that it's never written."""
    needs = ("sqs:DeleteMessage queue/exports", "s3:AbortMultipartUpload files")
    return any(map(attacker.may, needs))
