"""The regions that ship as known. A region's id becomes part of host names, so it is looked up here and never believed.

Source: the endpoint list of the vendor's OpenAPI metadata of Eci 2018-08-08. An administrator adds further ones by hand
(CONSOLE_REGIONS), the cloud by its own list (DescribeRegions).
"""

import re
from typing import Final

# What an id must look like to stand in a host name at all; whether there is such a region is another question.
REGION_ID: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,20}){1,4}")

KNOWN: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "cn-beijing",
        "cn-beijing-finance-1",
        "cn-chengdu",
        "cn-fuzhou",
        "cn-guangzhou",
        "cn-hangzhou",
        "cn-hangzhou-finance",
        "cn-heyuan",
        "cn-hongkong",
        "cn-huhehaote",
        "cn-nanjing",
        "cn-qingdao",
        "cn-shanghai",
        "cn-shanghai-finance-1",
        "cn-shenzhen",
        "cn-shenzhen-finance-1",
        "cn-wuhan-lr",
        "cn-wulanchabu",
        "cn-zhangjiakou",
        "cn-zhengzhou-jva",
        "eu-central-1",
        "eu-west-1",
        "me-central-1",
        "me-east-1",
        "us-east-1",
        "us-west-1",
    }
)
