"""Migrates a stage's stored data: ``python -m ops migrate``. ``ops.migrations`` lists what it does.

It may be interrupted anywhere and run again. Each change is written on the condition that the item
is still as it was read, so it can run while people use the service.
"""

import sys
from collections.abc import Sequence
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.aws_botocore import BotocoreClient
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.settings import Settings
from ops import progress
from ops.migrations import FINISHING, MIGRATIONS
from ops.migrations.checkpoint import Checkpoint, Progress
from ops.migrations.engine import Run
from ops.migrations.migration import Migration
from ops.retries import AwsUnavailable


class MigrationError(RuntimeError):
    """The migration cannot start; the message says why."""


def run(
    stage: str,
    *,
    dry_run: bool = False,
    restart: bool = False,
    finish: bool = False,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> int:
    """Run every migration on a stage's tables, with the AWS credentials at hand.

    Args:
        stage: the stage.
        dry_run: whether to count what would change, and write nothing.
        restart: whether to start at the beginning although an earlier run was interrupted.
        finish: whether to run also what takes away what the version before needs.
        migrations: what to run, in this order.

    Returns:
        The exit status: 0 if every item now has what it needs, or has only findings.

    Raises:
        MigrationError: AWS rejects access to a table.
    """
    if finish:
        migrations = (*migrations, *FINISHING)
    if not migrations:
        print("This version has no migrations.")
        return 0
    client = _client()
    database = Database(BotocoreClient(client), Settings(stage=stage).table_name)
    checkpoint = Checkpoint.load(stage, clock.now())
    if restart or dry_run:
        checkpoint.progress.clear()
    problems = 0
    try:
        for migration in migrations:
            table = _describe(client, stage, migration.table)
            progress = checkpoint.of(migration.name, table["CreationDateTime"])
            key = tuple(part["AttributeName"] for part in table["KeySchema"])
            run_of_migration = Run(migration, database, key, dry_run)
            problems += _run_migration(run_of_migration, progress, table["ItemCount"], checkpoint)
    except AwsUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run it again: it continues where it stopped.", file=sys.stderr)
        return 1
    if not dry_run:
        # A migration with problems starts over in the next run, like every other.
        checkpoint.delete()
    return 1 if problems else 0


def _run_migration(run: Run, done: Progress, item_count: int, checkpoint: Checkpoint) -> int:
    """Run one migration, and print what it did; return how many items have problems."""
    migration, findings, problems = run.migration, 0, 0
    print(f"{migration.name}: {migration.summary}")
    if done.scanned:
        print(f"  continues after {done.scanned:,} items")
    with progress.bar(item_count or None, "items") as progress_bar:
        progress_bar.update(done.scanned)
        for count, outcomes in run.pages(done):
            for outcome in outcomes:
                key = ", ".join(map(str, outcome.key.values()))
                if outcome.problem:
                    problems += 1
                    progress_bar.write(f"  {key}: {outcome.problem}", file=sys.stderr)
                elif outcome.finding:
                    findings += 1
                    progress_bar.write(f"  {key}: {outcome.finding}", file=sys.stdout)
            progress_bar.update(count)
            if not run.dry_run:
                checkpoint.save(clock.now())
    verb = "would change" if run.dry_run else "changed"
    print(
        f"  {done.scanned:,} items read, {done.changed:,} {verb}, "
        f"{findings:,} findings, {problems:,} problems"
    )
    return problems


def _describe(client: Any, stage: str, table: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return client.describe_table(TableName=Settings(stage=stage).table_name(table))["Table"]
    except (BotoCoreError, ClientError) as error:
        raise MigrationError(f"AWS: {error}.") from error


def _client() -> Any:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.client(
            "dynamodb", config=Config(retries={"mode": "standard", "max_attempts": 5})
        )
    except BotoCoreError as error:
        raise MigrationError(f"AWS: {error}.") from error
