"""What a step of the history, and the state before and after it, are called (X9)."""

from collections.abc import Mapping

from rules.kernel.finding import Sentence
from rules.kernel.term import CHINESE_TERMS, get_chinese_term, get_english_term
from rules.kernel.viewer import Language, Viewer

STEP_NAMES: Mapping[str, Sentence] = {
    "CREATE": Sentence("新建", "create"),
    "ATTACH": Sentence("上传附件", "attach files"),
    "DETACH": Sentence("删除附件", "take a file off"),
    "RECOMPUTE": Sentence("重新计算", "compute anew"),
    "RECOUNT": Sentence("重新统计", "count anew"),
    "RUN_CONTROLS": Sentence("运行风险核验", "run the controls"),
    "UNMASK": Sentence("查看敏感信息", "look at personal data"),
    # units and accounts
    "CHANGE_CONTACT": Sentence("修改联系人", "change the contact"),
    "CHANGE_REMARKS": Sentence("修改备注", "change the remarks"),
    "CHANGE_PASSWORD": Sentence("修改密码", "change the password"),
    "ADD_PASSKEY": Sentence("添加通行密钥", "add a passkey"),
    "REMOVE_PASSKEY": Sentence("删除通行密钥", "remove a passkey"),
    "GRANT_FUNCTIONS": Sentence("授权", "grant functions"),
    "REVOKE_FUNCTIONS": Sentence("取消授权", "revoke functions"),
    "ADD_CLIENT": Sentence("登记应用客户端", "add a program"),
    "REVOKE_CLIENT": Sentence("停用应用客户端", "revoke a program"),
    "ADD_CERTIFICATE": Sentence("登记证书", "add a certificate"),
    "END_CERTIFICATE": Sentence("停用证书", "end a certificate"),
    # internships
    "CHANGE_STAFF": Sentence("更换专职人员", "change the staff"),
    "CHANGE_BY_REQUEST": Sentence("按申请变更", "change by request"),
    "RENAME_UNIT": Sentence("单位更名", "rename the unit"),
    "WITHHOLD": Sentence("暂停推送", "withhold from the job board"),
    "SHOW": Sentence("恢复推送", "show on the job board"),
    "RETRY_BOARD_PUSH": Sentence("重新推送", "push to the job board again"),
    "CALL_APPLICANT": Sentence("查看电话", "see an applicant's number"),
    "RESUME": Sentence("恢复见习", "resume the internship"),
    # rosters and training
    "CHECK_ROSTER": Sentence("完成校验", "check the roster"),
    "REJECT_ROSTER": Sentence("文件未通过校验", "reject the file"),
    "SET_ROSTER_ASIDE": Sentence("校验中止", "set the roster aside"),
    "CLEAR_APPEAL": Sentence("清除申诉内容", "clear what the appeal said"),
    "CLEAR_OBJECTION": Sentence("清除异议内容", "clear what the objection said"),
    "CLEAR_ROSTER": Sentence("清除花名册", "clear the roster"),
    "ENTER_PERSON": Sentence("录入人员", "enter a person"),
    "DOWNLOAD_FAILED_ROWS": Sentence("下载未通过明细", "download failed rows"),
    "ADD_TRAINEES": Sentence("导入学员", "add trainees"),
    "DOWNLOAD_SCORE_SHEET": Sentence("下载成绩表", "download the score sheet"),
    "IMPORT_SCORES": Sentence("导入成绩", "import scores"),
    "LAPSE": Sentence("放行失效", "let the override lapse"),
    # policy
    "EXAMINE": Sentence("核查差额", "examine the difference"),
    "SUPPLEMENT": Sentence("补发", "supplement"),
}
"""Steps that are no actions of the workflow."""

_NAMES_BY_RECORD: Mapping[tuple[str, str], Sentence] = {
    ("Account", "CLOSE"): Sentence("停用", "close"),
    ("Account", "REOPEN"): Sentence("启用", "open again"),
    ("Account", "RECOVER"): Sentence("找回账号", "recover the account"),
    ("AccountAppeal", "RECOVER"): Sentence("找回账号", "recover the account"),
}
"""Steps that are called otherwise of some records."""

_LINE_SUFFIX, _BOARD_PREFIX = "_LINE", "BOARD_"


def name_step(action: str, record: str) -> Sentence:
    """Name a step that was taken with a record; an unknown one by its code."""
    own = _NAMES_BY_RECORD.get((record, action)) or STEP_NAMES.get(action)
    if own is not None:
        return own
    if action not in CHINESE_TERMS and action.endswith(_LINE_SUFFIX):
        line = name_step(action.removesuffix(_LINE_SUFFIX), record)
        return Sentence(f"{line.zh}（明细）", f"{line.en} (a line)")
    if action.startswith(_BOARD_PREFIX):
        pushed = name_state(action.removeprefix(_BOARD_PREFIX))
        return Sentence(f"就业在线：{pushed.zh}", f"job board: {pushed.en}")
    return name_state(action)


def name_state(state: str) -> Sentence:
    """Name a state, or an action of the workflow; an unknown one by its code."""
    return Sentence(get_chinese_term(state), get_english_term(state))


def describe_step(action: str, record: str, *, viewer: Viewer) -> str:
    """Say in the viewer's language what was done."""
    return _choose(name_step(action, record), viewer)


def describe_state(state: str | None, *, viewer: Viewer) -> str | None:
    """Say in the viewer's language how a record stood."""
    return _choose(name_state(state), viewer) if state else None


def _choose(words: Sentence, viewer: Viewer) -> str:
    return words.zh if viewer.language is Language.ZH else words.en
