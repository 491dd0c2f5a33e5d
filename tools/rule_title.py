"""What each rule of the rulebook is about, in a few words."""

from collections.abc import Mapping

JILIN_TITLES = (
    "a unit registers itself 法人注册",
    "hotline and account appeal 账号申诉",
    "sign-in by password 登录",
    "sign-in by QR code 扫码登录",
    "lists show the own records 本单位, newest first",
    "the unit's profile 单位信息 comes first",
    "one declaration per unit",
    "a declaration, its staff 专职人员 and attachments",
    "submission and review of the declaration 审核",
    "posts 岗位 under an approved declaration",
    "a post's name is unique in its unit",
    "posts pushed to the national job board 就业在线",
    "job seekers sent by the board",
    "interns 人员 under an approved declaration",
    "adding an intern: look-up by full ID and name",
    "a person completes their own information 就业基本信息完善",
    "three categories of interns 人员类型",
    "review of interns",
    "reduction 减员申请 of an approved intern",
    "reason employed 完成就业 takes a destination",
    "reason term completed 见习期满 takes a note",
    "reason could not complete takes cause and note",
    "review of a reduction; twelve months at most",
    "one monthly report 月报 per intern and month",
    "a month is saved together, all faults at once",
    "filter by first and last month",
    "wage floor 最低实发工资 and payable subsidy 应发补贴",
    "submission and review of reports",
    "living allowance 生活费补贴 after three months",
    "what can be claimed; no report is paid twice",
    "filter claims by start and end",
    "bank account chosen or added on the spot",
    "saved, attachments, submitted",
    "mentoring subsidy 带教补贴: retention and contracts",
    "2000 yuan for each retained person, once",
    "mentoring by year 申请年度",
    "how retention is counted",
    "a held report can't be changed or returned",
    "a reduction before months already reported",
    "another post, another unit",
)
SICHUAN_TITLES = (
    "functions are granted by the district's administrator",
    "favourites 常用功能 and all functions",
    "services for persons, units, agencies",
    "hiring subsidy 一次性吸纳就业补贴",
    "control 1: insured here now",
    "control 2: a contract of a year",
    "control 3: unemployed for half a year",
    "control 4: transfer-employment record 转移就业",
    "control 5: three months uninsured before",
    "template 人员模板, upload and check",
    "bank account and claim from passed rows",
    "service subsidy 就业创业服务补助",
    "controls for placed persons, by group",
    "beneficiary: person or unit",
    "what one handled oneself 自己经办过的业务",
    "review of many rows, controls again",
    "publicity 公示: first and last day",
    "publicity result 公示结果",
    "disbursement 发放 marked",
    "epidemic training 疫情培训, once per course",
    "three trainings at most, one at a time",
    "opening a class 开班 and its number",
    "trainees 学员 by full ID and name",
    "submission and review of a class",
    "claim 补贴申报 for classes",
    "publicity per trainee",
    "completion 结业 by spreadsheet",
    "completion of one trainee by hand",
    "order of payment and completion",
    "two entrances: inside and internet",
    "outside programme.period is refused",
    "what now, hire date and a year mean",
    "one class per enterprise and course; later claims",
)
COMMON_TITLES = (
    "one table of transitions",
    "four eyes 不相容岗位",
    "risk controls: PASS, FAIL, UNKNOWN",
    "possible actions, and why not",
    "amounts explain themselves",
    "policy parameters 政策参数 are data",
    "publicity is a record of its own",
    "disbursement in batches, reconciled",
    "history, chained and verifiable",
    "scope: who sees which records",
    "personal data masked and sealed",
    "nothing is lost or done twice",
    "external facts 外部数据 are mirrored",
    "same person across programmes",
    "lines and what they hold",
    "change after approval by request",
    "counter 柜台代办",
    "identity numbers",
    "the end of a declaration",
    "back-dated parameters",
    "which region and date decide",
)

TITLE_BY_RULE: Mapping[str, str] = {
    f"{chapter}{number}": title
    for chapter, titles in (("J", JILIN_TITLES), ("S", SICHUAN_TITLES), ("X", COMMON_TITLES))
    for number, title in enumerate(titles, 1)
}
"""Every rule's number and title, in the rulebook's order."""

OPEN: frozenset[str] = frozenset()
"""Rules that are still to be built, whatever a docstring says of their beginnings."""

PARTLY: Mapping[str, str] = {
    "X18": "numbers; correction and merging later",
}
"""Rules of which a part is built, and what is missing."""
