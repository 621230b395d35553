"""The CloudWatch dashboard of a stage: requests, functions, and tables."""

import json
from typing import Any

PERIOD_SECONDS = 300


def compose(functions: list[str], stage_name: str, log_metrics: list[str]) -> dict[str, Any]:
    """Return the dashboard of a stage.

    Args:
        functions: their names in the template.
        stage_name: the stage's name for its API and its metrics.
        log_metrics: the names of what is counted in the logs.
    """

    def requests(metric: str, statistic: str) -> list[Any]:
        api = ["ApiName", stage_name, "Stage", "${RestAPI.Stage}"]
        return ["AWS/ApiGateway", metric, *api, {"stat": statistic}]

    def of_functions(metric: str, statistic: str) -> list[list[Any]]:
        return [
            ["AWS/Lambda", metric, "FunctionName", f"${{{name}}}", {"stat": statistic}]
            for name in functions
        ]

    def of_tables(metric: str) -> list[list[Any]]:
        # Without quotation marks, which would ask for a table of that very name. What indexes take
        # is counted apart from their tables.
        of_stage = f'MetricName="{metric}" TableName={stage_name}'
        kinds = ("TableName", "GlobalSecondaryIndexName,TableName")
        return [
            [{"expression": f"SEARCH('{{AWS/DynamoDB,{kind}}} {of_stage}', 'Sum')", "label": ""}]
            for kind in kinds
        ]

    widgets = [
        ("Requests", [requests(m, "Sum") for m in ("Count", "4XXError", "5XXError")]),
        ("Response time (ms)", [requests("Latency", s) for s in ("p50", "p95", "p99")]),
        ("Log", [[stage_name, metric, {"stat": "Sum"}] for metric in log_metrics]),
        ("Functions: duration p95 (ms)", of_functions("Duration", "p95")),
        ("Functions: concurrent executions", of_functions("ConcurrentExecutions", "Maximum")),
        (
            "Functions: errors and throttles",
            of_functions("Errors", "Sum") + of_functions("Throttles", "Sum"),
        ),
        ("Tables: read units consumed", of_tables("ConsumedReadCapacityUnits")),
        ("Tables: write units consumed", of_tables("ConsumedWriteCapacityUnits")),
        ("Tables: throttled writes", of_tables("WriteThrottleEvents")),
    ]
    body = {"widgets": [_widget(place, *widget) for place, widget in enumerate(widgets)]}
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Fn::Sub": stage_name},
            "DashboardBody": {"Fn::Sub": json.dumps(body)},
        },
    }


def _widget(place: int, title: str, metrics: list[list[Any]]) -> dict[str, Any]:
    """Return a graph; a row has three of them."""
    row, column = divmod(place, 3)
    return {
        "type": "metric",
        "x": 8 * column,
        "y": 6 * row,
        "width": 8,
        "height": 6,
        "properties": {
            "title": title,
            "metrics": metrics,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": PERIOD_SECONDS,
        },
    }
