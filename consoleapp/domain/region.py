"""The regions that ship as known, and what people call them.

A region's id becomes part of host names, so it is looked up here and never believed.
Source: the endpoint list of the vendor's OpenAPI metadata of Eci 2018-08-08. An administrator adds further ones by hand
(CONSOLE_REGIONS), the cloud by its own list (DescribeRegions).
"""

import re
from collections.abc import Mapping
from typing import Final

from consoleapp.domain.errors import _

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

# What people call the regions; others are called by their ids. Source: the vendor's list of regions.
NAMES: Final[Mapping[str, str]] = {
    "cn-hangzhou": _("China (Hangzhou)"),
    "cn-shanghai": _("China (Shanghai)"),
    "cn-beijing": _("China (Beijing)"),
    "cn-shenzhen": _("China (Shenzhen)"),
    "cn-guangzhou": _("China (Guangzhou)"),
    "cn-chengdu": _("China (Chengdu)"),
    "cn-qingdao": _("China (Qingdao)"),
    "cn-zhangjiakou": _("China (Zhangjiakou)"),
    "cn-huhehaote": _("China (Hohhot)"),
    "cn-wulanchabu": _("China (Ulanqab)"),
    "cn-heyuan": _("China (Heyuan)"),
    "cn-hongkong": _("China (Hong Kong)"),
    "ap-southeast-1": _("Singapore"),
    "ap-southeast-3": _("Malaysia (Kuala Lumpur)"),
    "ap-southeast-5": _("Indonesia (Jakarta)"),
    "ap-northeast-1": _("Japan (Tokyo)"),
    "us-west-1": _("US (Silicon Valley)"),
    "us-east-1": _("US (Virginia)"),
    "eu-central-1": _("Germany (Frankfurt)"),
    "eu-west-1": _("UK (London)"),
}
