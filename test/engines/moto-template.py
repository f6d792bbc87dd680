"""Has moto make the stack of a template: `moto-template.py TEMPLATE`. Prints, as JSON, what it knows and what became of it."""

import importlib
import json
import logging
import os
import sys
import warnings

os.environ.update(AWS_ACCESS_KEY_ID="moto", AWS_SECRET_ACCESS_KEY="moto", AWS_DEFAULT_REGION="us-east-1")
# Types that it does not know are counted here, and need not be warned of as well.
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import boto3
from moto import mock_aws
from moto.cloudformation.parsing import get_model_map

for service in "awslambda cloudwatch dynamodb ec2 ecs elbv2 events iam kms logs s3 secretsmanager sns sqs".split():
    importlib.import_module(f"moto.{service}.models")

ASSETS = "cdk-hnb659fds-assets-123456789012-us-east-1"
BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"

with open(sys.argv[1], encoding="utf8") as file:
    template = json.load(file)
for name, resource in template["Resources"].items():
    # moto gives a queue without a name one that does not end in .fifo, and then refuses it.
    if resource.get("Properties", {}).get("FifoQueue"):
        resource["Properties"]["QueueName"] = f"{name}.fifo"
known = [name for name, resource in template["Resources"].items() if resource["Type"] in get_model_map()]


def attributes(queue):
    asked = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
    return asked["Attributes"]


def differences(name, physical):
    """What of a resource the service has otherwise than the template says; literals alone."""
    resource = template["Resources"][name]
    said = resource.get("Properties", {})
    if resource["Type"] == "AWS::Lambda::Function":
        found = boto3.client("lambda").get_function_configuration(FunctionName=physical)
        names = {key: key for key in ("Handler", "MemorySize", "Runtime", "Timeout")}
    elif resource["Type"] == "AWS::SQS::Queue":
        found = {key: int(value) if value.isdigit() else value for key, value in attributes(physical).items()}
        names = {"VisibilityTimeout": "VisibilityTimeout", "MessageRetentionPeriod": "MessageRetentionPeriod"}
    elif resource["Type"] == "AWS::Logs::LogGroup":
        groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=physical)["logGroups"]
        found = groups[0]
        names = {"RetentionInDays": "retentionInDays"}
    elif resource["Type"] == "AWS::DynamoDB::Table":
        found = boto3.client("dynamodb").describe_table(TableName=physical)["Table"]
        names = {"KeySchema": "KeySchema"}
        indexes = {index["IndexName"]: index["KeySchema"] for index in found.get("GlobalSecondaryIndexes", [])}
        wanted = {index["IndexName"]: index["KeySchema"] for index in said.get("GlobalSecondaryIndexes", [])}
        if indexes != wanted:
            return [f"{name}: indexes {indexes}, not {wanted}"]
    else:
        return []
    return [
        f"{name}: {key} is {found.get(names[key])}, not {said[key]}"
        for key in names
        if key in said and not isinstance(said[key], dict) and found.get(names[key]) != said[key]
    ]


with mock_aws():
    bucket = boto3.client("s3")
    bucket.create_bucket(Bucket=ASSETS)
    bucket.put_object(Bucket=ASSETS, Key="template.json", Body=json.dumps(template))
    boto3.client("ssm").put_parameter(Name=BOOTSTRAP, Value="30", Type="String")
    formation = boto3.client("cloudformation")
    try:
        formation.create_stack(
            StackName="Mediashelf",
            TemplateURL=f"https://{ASSETS}.s3.amazonaws.com/template.json",
            Capabilities=["CAPABILITY_IAM"],
        )
        failure = None
    except Exception as error:
        failure = str(error)
    made, wrong = {}, []
    if failure is None:
        for page in formation.get_paginator("list_stack_resources").paginate(StackName="Mediashelf"):
            for summary in page["StackResourceSummaries"]:
                if summary["ResourceStatus"] == "CREATE_COMPLETE":
                    made[summary["LogicalResourceId"]] = summary.get("PhysicalResourceId")
        for name in known:
            if name in made:
                wrong += differences(name, made[name])

json.dump(
    {
        "total": len(template["Resources"]),
        "known": len(known),
        "accepted": len([name for name in known if name in made]),
        "missing": [name for name in known if name not in made],
        "wrong": wrong,
        "failure": failure,
    },
    sys.stdout,
)
