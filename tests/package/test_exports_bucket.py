"""The bucket of exports: private, encrypted, over TLS only, and without files older than a day."""

import pytest


@pytest.fixture
def bucket(prod):
    return prod["ExportsBucket"]


def test_nothing_in_it_can_become_public(bucket):
    blocked = bucket["Properties"]["PublicAccessBlockConfiguration"]
    [rule] = bucket["Properties"]["OwnershipControls"]["Rules"]

    assert list(blocked.values()) == [True] * 4
    assert rule["ObjectOwnership"] == "BucketOwnerEnforced"


def test_it_is_encrypted(bucket):
    [rule] = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_it_rejects_requests_without_tls(prod):
    policy = prod["ExportsBucketPolicy"]["Properties"]
    [statement] = policy["PolicyDocument"]["Statement"]

    assert policy["Bucket"] == {"Ref": "ExportsBucket"}
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Action"] == "s3:*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [
        {"Fn::GetAtt": ["ExportsBucket", "Arn"]},
        {"Fn::Sub": "${ExportsBucket.Arn}/*"},
    ]


def test_files_and_unfinished_uploads_are_deleted_after_a_day(bucket):
    [rule] = bucket["Properties"]["LifecycleConfiguration"]["Rules"]

    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == 1
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    # An earlier version of a file would outlive it.
    assert "VersioningConfiguration" not in bucket["Properties"]


@pytest.mark.parametrize("name", ["ExportsBucket", "ExportsBucketPolicy"])
def test_it_does_not_keep_a_stage_from_being_deleted(dev, name):
    # CloudFormation can't delete a bucket with files. They expire, and the bucket remains empty.
    assert dev[name]["DeletionPolicy"] == "Retain"
