"""The units of the demonstration: where they are, what they do, how far they have come."""

from enum import StrEnum
from typing import NamedTuple

from models import LegalPersonType


class UnitStage(StrEnum):
    """How far a unit has come."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    DRAFT = "DRAFT"
    WITHDRAWN = "WITHDRAWN"
    FRESH = "FRESH"
    NEWCOMER = "NEWCOMER"


class SeedUnit(NamedTuple):
    """A unit as the demonstration knows it."""

    key: str
    region: str
    name: str
    industry: str
    posts: tuple[str, ...]
    standing: UnitStage = UnitStage.OPEN
    legal_person_type: LegalPersonType = LegalPersonType.ENTERPRISE


_STAGE = UnitStage
_SHOP_POSTS = ("门店运营助理", "会计助理", "仓储管理员")
_PLANT_POSTS = ("质量检验员", "数控操作员", "设备维护员", "统计员")
_OFFICE_POSTS = ("软件测试员", "前端开发助理", "运维助理", "行政助理")

JILIN_UNITS = (
    SeedUnit("unit", "220104", "长春恒睿智能科技有限公司", "软件和信息技术服务业", _OFFICE_POSTS),
    SeedUnit("unit-02", "220102", "长春南湖春晓餐饮管理有限公司", "餐饮业", _SHOP_POSTS),
    SeedUnit("unit-03", "220103", "吉林省北辰轨道装备有限公司", "铁路设备制造业", _PLANT_POSTS),
    SeedUnit("unit-04", "220106", "长春绿园精工汽车零部件有限公司", "汽车制造业", _PLANT_POSTS),
    SeedUnit("unit-05", "220112", "长春双阳鹿鸣生物制品有限公司", "医药制造业", _PLANT_POSTS),
    SeedUnit("unit-06", "220113", "长春九台沃野农业机械有限公司", "专用设备制造业", _PLANT_POSTS),
    SeedUnit("unit-07", "220184", "公主岭市金穗粮食加工有限公司", "农副食品加工业", _PLANT_POSTS),
    SeedUnit(
        "unit-08", "220182", "榆树市松榆食品有限公司", "食品制造业", _PLANT_POSTS, _STAGE.SUBMITTED
    ),
    SeedUnit(
        "unit-09", "220202", "吉林市江城皓齿口腔门诊部有限公司", "卫生", ("导诊员", "护理助理")
    ),
    SeedUnit("unit-10", "220203", "吉林市龙潭新材料有限公司", "化学原料制造业", _PLANT_POSTS),
    SeedUnit("unit-11", "220204", "吉林市雾凇文化旅游有限公司", "旅游业", ("讲解员", "策划助理")),
    SeedUnit("unit-12", "220302", "四平市英城机械制造有限公司", "通用设备制造业", _PLANT_POSTS),
    SeedUnit(
        "unit-13",
        "220303",
        "四平市铁东区学苑职业培训学校",
        "教育",
        ("助教",),
        _STAGE.RETURNED,
        LegalPersonType.SOCIAL_ORGANISATION,
    ),
    SeedUnit("unit-14", "222401", "延吉市金达莱食品有限公司", "食品制造业", _PLANT_POSTS),
    SeedUnit("unit-15", "222401", "延边海兰江电子商务有限公司", "互联网零售", ("主播助理", "客服")),
    SeedUnit(
        "unit-16", "222404", "珲春市图们江国际物流有限公司", "道路运输业", ("报关员", "调度员")
    ),
    SeedUnit("unit-17", "220402", "辽源市东辰袜业有限公司", "纺织业", _PLANT_POSTS),
    SeedUnit("unit-18", "220602", "白山市长白清泉饮品有限公司", "饮料制造业", _PLANT_POSTS),
    SeedUnit("unit-19", "220702", "松原市查干湖渔业有限公司", "渔业", _SHOP_POSTS, _STAGE.DRAFT),
    SeedUnit(
        "unit-20", "220502", "通化市康源药业有限公司", "医药制造业", _PLANT_POSTS, _STAGE.FRESH
    ),
    SeedUnit(
        "unit-21",
        "220104",
        "长春市朝阳区桂林路社区卫生服务中心",
        "卫生",
        ("护理助理", "公共卫生助理"),
        legal_person_type=LegalPersonType.PUBLIC_INSTITUTION,
    ),
    SeedUnit(
        "unit-22",
        "220104",
        "长春市朝阳区同光影像设计工作室",
        "专业技术服务业",
        ("修图助理",),
        _STAGE.WITHDRAWN,
        LegalPersonType.INDIVIDUAL_BUSINESS,
    ),
)

SICHUAN_UNITS = (
    SeedUnit(
        "unit-31", "510104", "成都锦江芙蓉人力资源服务有限公司", "人力资源服务业", (), _STAGE.FRESH
    ),
    SeedUnit("unit-32", "510107", "成都武侯蜀绣文化传播有限公司", "文化艺术业", (), _STAGE.FRESH),
    SeedUnit("unit-33", "510703", "绵阳涪城科创电子有限公司", "计算机制造业", (), _STAGE.FRESH),
    SeedUnit("unit-34", "510704", "绵阳游仙桑田农旅开发有限公司", "旅游业", (), _STAGE.FRESH),
)

NEWCOMER_UNIT = SeedUnit(
    "newcomer", "220104", "长春初见新媒体有限公司", "文化艺术业", (), _STAGE.NEWCOMER
)

SEED_UNITS = (*JILIN_UNITS, *SICHUAN_UNITS, NEWCOMER_UNIT)

TOUR_REGION = "220105"
"""Nobody is there but officers, until `jiuye tour` has a unit register."""

DISTRICTS = sorted({TOUR_REGION, *(place.region for place in SEED_UNITS)})
"""The districts in use."""
