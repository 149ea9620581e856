"""Runs in moto's own environment: calls DescribeRegions through boto3 and prints how long each batch took.

Reads one line a batch (the number of calls), writes one line (seconds); so that its turns can be taken with ours.
"""

import sys
import time

import boto3  # type: ignore[import-not-found]


def main() -> None:
    client = boto3.client(
        "ec2", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    for line in sys.stdin:
        started = time.perf_counter()
        for _ in range(int(line)):
            client.describe_regions()
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
