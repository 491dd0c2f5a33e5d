"""Every reason in words, Chinese and English: what is wrong, and what would cure it."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.kernel.refusal import Fault, Reason
from rules.kernel.term import NO_ACTIONS_TEXT, format_chinese_figure, format_english_figure
from rules.kernel.viewer import Language


class Words(NamedTuple):
    """What is wrong, and what to do about it."""

    text: str
    cure: str


class Wording(NamedTuple):
    """The words of one reason in both languages."""

    zh: Words
    en: Words


def _build_wording(zh: str, zh_cure: str, en: str, en_cure: str) -> Wording:
    return Wording(Words(zh, zh_cure), Words(en, en_cure))


WORDING: Mapping[Reason, Wording] = {
    Reason.NOT_A_DATE: _build_wording(
        "日期无法识别。", "请按2024-10-01的格式填写。",
        "This is not a date.", "Write it as 2024-10-01.",
    ),
    Reason.NOT_A_MONTH: _build_wording(
        "月份无法识别。", "请按2024-10的格式填写。",
        "This is not a month.", "Write it as 2024-10.",
    ),
    Reason.NOT_AN_AMOUNT: _build_wording(
        "金额无法识别。", "请填写不带符号的元，最多两位小数，如2256.00。",
        "This is not an amount.", "Write yuan as text without a sign, at most two decimals: 2256.00.",
    ),
    Reason.NOT_A_REGION: _build_wording(
        "行政区划代码不存在。", "请填写六位行政区划代码，如220102。",
        "There is no such region.", "Give a six-digit region code such as 220102.",
    ),
    Reason.ID_NUMBER_MALFORMED: _build_wording(
        "公民身份号码格式不正确。", "请核对证件，填写全部18位。",
        "The ID number is malformed.", "Check the document and give all 18 characters.",
    ),
    Reason.ID_NUMBER_CHECKSUM: _build_wording(
        "公民身份号码校验位不正确。", "请核对证件，重新填写18位号码。",
        "The ID number's checksum is wrong.", "Check the document and type the 18 characters again.",
    ),
    Reason.ID_NUMBER_15_DIGITS: _build_wording(
        "不接受15位身份证号码。", "请填写18位公民身份号码。",
        "ID numbers of 15 digits are not accepted.", "Give the number of 18 characters.",
    ),
    Reason.ID_NUMBER_BIRTH_DATE: _build_wording(
        "公民身份号码中的出生日期不存在。", "请核对证件，重新填写18位号码。",
        "The ID number's date of birth is impossible.", "Check the document and type it again.",
    ),
    Reason.CREDIT_CODE_MALFORMED: _build_wording(
        "统一社会信用代码格式不正确。", "请核对营业执照，填写18位代码。",
        "The credit code is malformed.", "Check the licence and give all 18 characters.",
    ),
    Reason.CREDIT_CODE_CHECKSUM: _build_wording(
        "统一社会信用代码校验位不正确。", "请核对营业执照，重新填写。",
        "The credit code's checksum is wrong.", "Check the licence and type the code again.",
    ),
    Reason.MOBILE_MALFORMED: _build_wording(
        "手机号码格式不正确。", "请填写11位手机号码。",
        "The mobile number is malformed.", "Give the 11 digits of a mainland mobile number.",
    ),
    Reason.CARD_NUMBER_MALFORMED: _build_wording(
        "银行账号格式不正确。", "请填写12至19位数字。",
        "The account number is malformed.", "Give 12 to 19 digits.",
    ),
    Reason.ACCOUNT_NUMBER_MALFORMED: _build_wording(
        "银行账号格式不正确。", "请填写6至32位数字。",
        "The account number is malformed.", "Give 6 to 32 digits.",
    ),
    Reason.CARD_NUMBER_CHECKSUM: _build_wording(
        "银行账号校验位不正确。", "请对照银行卡或基本存款账户信息重新填写。",
        "The account number's check digit is wrong.", "Compare it with the card and type it again.",
    ),
    Reason.ACCOUNT_NAME_MALFORMED: _build_wording(
        "账号名格式不正确。", "请用4至32位小写字母、数字、点、下划线或连字符，以字母开头。",
        "The account name is malformed.",
        "Use 4 to 32 small letters, digits, dots, underscores and hyphens, a letter first.",
    ),
    Reason.TEXT_EMPTY: _build_wording(
        "此项不能为空。", "请填写。", "This must not be empty.", "Fill it in."
    ),
    Reason.VALUE_MISSING: _build_wording(
        "此项不能为空。", "请填写；修改时，未改动的项目不必提交。",
        "This must not be empty.", "Give a value; in a change, leave out what stays.",
    ),
    Reason.TEXT_TOO_LONG: _build_wording(
        "文字过长。", "请缩短文字。", "This text is too long.", "Shorten it."
    ),
    Reason.TEXT_UNPRINTABLE: _build_wording(
        "文字中含有不可显示的字符。", "请删除后重新填写。",
        "This text has characters that cannot be shown.", "Remove them.",
    ),
    Reason.TEXT_PRIVATE_USE: _build_wording(
        "文字中有自造字，其他系统无法识别。", "请改用国家标准（GB 18030）的汉字输入。",
        "The text has a character of a font's own, which no other system knows.",
        "Type the standard character (GB 18030).",
    ),
    Reason.TEXT_PERSONAL: _build_wording(
        "文字中含有公民身份号码、手机号码或银行卡号。", "请删去号码；需要填写号码的，填在相应栏目。",
        "This text holds an ID, mobile or card number.",
        "Remove the number; where one is asked for, it has a field of its own.",
    ),
    Reason.FIRST_OUT_OF_RANGE: _build_wording(
        "每页条数须在0至{most}之间。", "请调整每页条数。",
        "A page has 0 to {most} rows.", "Change `first` or `last`.",
    ),
    Reason.FIRST_AND_LAST: _build_wording(
        "不能同时从头和从末尾取记录。", "请只填其中一种条数。",
        "A page is cut from one end of a list.", "Give `first` or `last`, not both.",
    ),
    Reason.SPELLED_TWICE: _build_wording(
        "同一条件同时使用了旧名称和新名称。", "请只使用新名称。",
        "This is given by its old name and by its new one.", "Give it by its new name alone.",
    ),
    Reason.CURSOR_UNKNOWN: _build_wording(
        "游标无效。", "请使用相邻页返回的游标，排序方式须相同。",
        "The cursor is unknown.", "Use the endCursor or startCursor of the page beside, in the same order.",
    ),
    Reason.NUMBER_OUT_OF_RANGE: _build_wording(
        "数值须在{least}至{most}之间。", "请核对数值。",
        "This must lie between {least} and {most}.", "Check the number.",
    ),
    Reason.AMOUNT_ABSURD: _build_wording(
        "金额超出合理范围（最高{most}元）。", "请核对单位是否为元。",
        "The amount is beyond reason (at most {most} yuan).", "Check that it is given in yuan.",
    ),
    Reason.REASON_MISSING: _build_wording(
        "须填写原因。", "请说明原因。", "A reason is needed.", "Say why."
    ),
    Reason.LISTED_TWICE: _build_wording(
        "同一记录重复出现。", "请删除重复行。",
        "The same record is listed twice.", "Remove one of the two.",
    ),
    Reason.LIST_EMPTY: _build_wording(
        "至少须选择一条。", "请选择记录。", "At least one is needed.", "Choose a record."
    ),
    Reason.LIST_TOO_LONG: _build_wording(
        "一次最多{most}条。", "请分批提交。",
        "At most {most} may be given at once.", "Send them in parts.",
    ),
    Reason.NOT_FOUND: _build_wording(
        "记录不存在。", "请刷新列表后重新选择。",
        "There is no such record.", "Reload the list and choose again.",
    ),
    Reason.WRONG_STATUS: _build_wording(
        "当前状态（{status}）不能进行此操作。", "当前可进行的操作：{possible}。",
        "This cannot be done in state {status}.", "Possible now: {possible}.",
    ),
    Reason.FOUR_EYES: _build_wording(
        "您已办理本业务的提交、代办、放行、审核、公示或提出等环节，不得再办理本环节（不相容岗位分离）。", "请由其他经办人办理。",
        "You took part in an earlier step of this: filed, let through, decided, published or proposed it.",
        "Let somebody else decide.",
    ),
    Reason.FORBIDDEN: _build_wording(
        "您没有此功能的权限：{functions}。", "请联系管理员，或使用以下角色登录：{holders}。",
        "You lack the function to {functions}.", "Sign in as {holders}, or ask your administrator.",
    ),
    Reason.SIGN_IN_FIRST: _build_wording(
        "请先登录。", "登录后再办理；尚无账号的，请先注册。",
        "Sign in first.", "Sign in and ask again; who has no account registers first.",
    ),
    Reason.FUNCTION_NOT_GRANTED: _build_wording(
        "此功能尚未授予您的账号：{functions}。", "请联系{grantors}授权；咨询电话{hotline}。",
        "The function to {functions} is not granted to your account.",
        "Ask the {grantors} to grant it, or call {hotline}.",
    ),
    Reason.OFFERED_ELSEWHERE: _build_wording(
        "此功能不在{here}入口办理：{functions}。", "请从{there}入口登录后办理。",
        "The function to {functions} is not offered from {here}.", "Sign in from {there} for it.",
    ),
    Reason.UNIT_UNVERIFIED: _build_wording(
        "本单位尚未核实，目前只能填写草稿。", "请由法定代表人或经办人携带营业执照等登记证书和本人身份证件，到所在区县人社部门窗口核实。",
        "The unit is not verified yet: until then it writes drafts only.",
        "Show the unit's licence and an identity card at the counter of the district's office.",
    ),
    Reason.UNIT_VERIFIED: _build_wording(
        "本单位已经核实。", "无需再次核实。",
        "The unit is verified already.", "Nothing is left to do.",
    ),
    Reason.GRANT_TO_ONESELF: _build_wording(
        "不能给自己授权。", "请由上级管理员授权。",
        "Nobody grants to themselves.", "Let an administrator above you do it.",
    ),
    Reason.GRANT_BEYOND_RIGHTS: _build_wording(
        "您不能给此类账号（{role}）授权或取消授权。", "您可授权的角色：{roles}。",
        "You may not grant to accounts of the role {role}, nor revoke what they have.",
        "You may for these roles: {roles}.",
    ),
    Reason.GRANT_TO_CLOSED_ACCOUNT: _build_wording(
        "账号已停用，不能授权。", "请先启用账号，或选择其他账号。",
        "The account is closed.", "Have it opened first, or choose another.",
    ),
    Reason.GRANT_IN_PAST: _build_wording(
        "授权日期早于今天（{today}）。", "请填写今天或以后的日期。",
        "The date lies before today ({today}).", "Give today or a later day.",
    ),
    Reason.GRANT_EXISTS: _build_wording(
        "该账号在此期间已有此功能：{functions}。", "请另选日期或功能，或先取消原授权。",
        "The account has this in that time already: {functions}.",
        "Choose other days or functions, or revoke what there is.",
    ),
    Reason.GRANT_REVOKED: _build_wording(
        "此授权已取消。", "无需再次取消；如需恢复请重新授权。",
        "The grant was revoked already.", "There is nothing to do; grant it anew if it is needed.",
    ),
    Reason.FUNCTION_NOT_GRANTABLE: _build_wording(
        "此功能不能授予该角色（{role}）。", "可授予的功能：{possible}。",
        "This function is not granted to the role {role}.", "These are: {possible}.",
    ),
    Reason.FUNCTION_NOT_HELD: _build_wording(
        "您没有此功能。", "请从您可用的功能中选择。",
        "You do not hold this function.", "Choose among those that you may use.",
    ),
    Reason.STALE_VERSION: _build_wording(
        "记录已被他人修改，当前版本为{current}。", "请重新读取后再修改。",
        "The record has changed since; it is at version {current}.", "Read it again, then change it.",
    ),
    Reason.IDEMPOTENCY_KEY_REUSED: _build_wording(
        "幂等键已用于其他请求。", "请为新的请求使用新的键。",
        "This idempotency key was used for another request.", "Use a new key for a new request.",
    ),
    Reason.IDEMPOTENCY_KEY_MALFORMED: _build_wording(
        "幂等键须为8至64位字母、数字、连字符或下划线。", "建议使用UUID。",
        "An idempotency key has 8 to 64 letters, digits, - or _.", "A UUID serves well.",
    ),
    Reason.TOO_MANY_TRIES: _build_wording(
        "操作过于频繁。", "请在{seconds}秒后重试。",
        "Too many tries.", "Try again in {seconds} seconds.",
    ),
    Reason.POINTS_SPENT: _build_wording(
        "当前时段的访问额度不足，本次请求未执行。", "请在{seconds}秒后重试，或减少一次请求的内容。",
        "The points left in this window don't suffice; nothing was done.",
        "Try again in {seconds} seconds, or ask for less at once.",
    ),
    Reason.DATABASE_AWAY: _build_wording(
        "系统暂时无法办理。", "请稍后用同一请求重试。",
        "The service can't answer at the moment.", "Send the same request again a little later.",
    ),
    Reason.SIGN_IN_FAILED: _build_wording(
        "账号或密码不正确，或账号已停用。", "请核对后重试；如仍无法登录，请提出账号申诉，或拨打咨询电话{hotline}。",
        "Account or password is wrong, or the account is closed.",
        "Check both; if it persists, lodge an account appeal or call {hotline}.",
    ),
    Reason.CHALLENGE_LAPSED: _build_wording(
        "本次登录已失效。", "请重新登录，并在5分钟内填写验证码。",
        "This sign-in has lapsed.", "Sign in again, and enter the code within five minutes.",
    ),
    Reason.CODE_WRONG: _build_wording(
        "验证码不正确，或已使用过。", "请填写验证器当前显示的验证码，每个验证码只能使用一次；手机时间应与标准时间一致。无法使用验证器的，请填写恢复码。",
        "The code is wrong, or was used before.",
        "Enter what the authenticator shows now; its clock must be right. Without it, enter a recovery code.",
    ),
    Reason.FACTOR_IN_USE: _build_wording(
        "已启用二次验证。", "需更换验证器的，请先停用二次验证。",
        "The account has a second factor already.", "To replace it, remove it first.",
    ),
    Reason.FACTOR_MISSING: _build_wording(
        "尚未绑定验证器。", "请先绑定验证器，再填写其显示的验证码。",
        "The account has no second factor that this could be about.", "Begin to add one first.",
    ),
    Reason.PASSWORD_GIVEN: _build_wording(
        "您的密码由管理人员设置，须先改为本人密码。", "请先修改密码，再办理其他事项。",
        "Your password was given to you.",
        "Set one of your own with `changePassword`; then all else is open.",
    ),
    Reason.SECOND_FACTOR_MISSING: _build_wording(
        "本账号须启用二次验证后方可办理业务。", "请在账号设置中绑定验证器，并填写其显示的验证码。",
        "Accounts like this one take a second factor, and it has none.",
        "Bind an authenticator with `beginTotp` and `confirmTotp`, then go on.",
    ),
    Reason.HOLDER_MISSING: _build_wording(
        "本账号尚未登记持有人公民身份号码，不能办理审核、发放等业务。", "请先登记本人公民身份号码，再重新登录。",
        "The account doesn't say whose it is, and so decides nothing.",
        "Tell your own ID number with `registerHolder`, and sign in again.",
    ),
    Reason.HOLDER_TOLD: _build_wording(
        "本账号已登记持有人公民身份号码。", "号码有误的，请停用本账号并重新开立。",
        "The account says already whose it is.", "If it is wrong, have it closed and opened anew.",
    ),
    Reason.HOLDER_TAKEN: _build_wording(
        "该公民身份号码已登记在其他账号名下。", "请核对号码；确为本人另一账号的，请持身份证件联系系统运维人员登记。",
        "Another account has this ID number already.",
        "Check it; if both accounts are yours, show your identity card to whoever runs the service.",
    ),
    Reason.HOLDER_NOT_ASKED: _build_wording(
        "本类账号无须登记持有人公民身份号码。", "仅工作人员账号须登记。",
        "Accounts like this one don't say whose they are.", "Only officials' accounts do.",
    ),
    Reason.SESSION_REPLACED: _build_wording(
        "本账号登录数超过上限，最久未使用的本次登录已结束。",
        "请重新登录；如非本人操作，请修改密码，并在登录会话中结束不认识的会话。",
        "The account has as many sessions as it may have, and this one was used longest ago.",
        "Sign in again; if the others are not yours, change the password and end them.",
    ),
    Reason.PROVE_AGAIN: _build_wording(
        "此操作须在近期确认过本人身份。",
        "请填写本人密码（已启用二次验证的，另填验证码），或重新通过统一身份认证，然后重试。",
        "This takes a proof of who you are that is not too old.",
        "Send `proveAgain` your password and, with a second factor, its code, or come back from the provider; then try again with the access token that it answers.",
    ),
    Reason.CODE_REQUIRED: _build_wording(
        "本账号已启用二次验证，须填写验证码。", "请填写验证器当前显示的验证码或恢复码。",
        "The account has a second factor, and its code is missing.",
        "Enter what the authenticator shows now, or a recovery code.",
    ),
    Reason.PROOF_OF_ANOTHER: _build_wording(
        "统一身份认证返回的不是本账号的持有人。", "请以本人身份重新认证。",
        "The provider says that this is somebody else than the account's holder.",
        "Sign in there as the holder of this account.",
    ),
    Reason.CERTIFICATE_REQUIRED: _build_wording(
        "该账号须使用登记在其名下的数字证书登录。", "请插入本人证书介质后重新登录；证书未登记的，请联系系统运维人员。",
        "This account signs in with a client certificate of its own.",
        "Connect with your certificate and sign in again; whoever runs the service adds it.",
    ),
    Reason.CERTIFICATE_UNREADABLE: _build_wording(
        "无法读取客户端证书。", "请联系系统运维人员检查代理配置。",
        "The client certificate can't be read.",
        "Have whoever runs the service check the proxy.",
    ),
    Reason.CERTIFICATE_NOT_OF_PROXY: _build_wording(
        "客户端证书须由本系统的代理提交。", "请勿自行填写该请求头。",
        "A client certificate is taken from the proxy alone.", "Leave this header out.",
    ),
    Reason.PASSKEYS_OFF: _build_wording(
        "本系统未开通通行密钥。", "请使用密码和验证器登录。",
        "There are no passkeys here.", "Sign in by password and an authenticator.",
    ),
    Reason.PASSKEY_REFUSED: _build_wording(
        "通行密钥未通过验证。", "请在本系统页面上解锁本人设备后重试；仍不通过的，请使用密码、验证码或恢复码登录，并重新添加通行密钥。",
        "The passkey does not hold.",
        "Unlock your own device on this system's page and try again; else use password, code or recovery code, and add the passkey anew.",
    ),
    Reason.PASSKEY_EXISTS: _build_wording(
        "该通行密钥已添加。", "请使用其他设备，或先删除原通行密钥。",
        "This passkey was added already.", "Use another device, or remove it first.",
    ),
    Reason.TOO_MANY_PASSKEYS: _build_wording(
        "通行密钥最多{most}个。", "请先删除不再使用的通行密钥。",
        "An account has at most {most} passkeys.", "Remove one that is not used any more.",
    ),
    Reason.ACCOUNT_OF_ONESELF: _build_wording(
        "不得办理本人账号的变更。", "请由其他管理员办理。",
        "Nobody administers an account of their own.", "Ask another administrator.",
    ),
    Reason.ACCOUNT_NOT_ADMINISTERED: _build_wording(
        "{role}账号不由系统管理员、安全管理员管理。", "可管理的角色：{roles}。其他账号由运维人员用命令办理，或由本单位法人、本人办理。",
        "Accounts of the role {role} are not for system and security administrators.",
        "They administer {roles}; others are kept by whoever runs the service, by their unit or holder.",
    ),
    Reason.ACCOUNT_STATE_SAME: _build_wording(
        "账号已是该状态。", "请刷新后查看账号状态。",
        "The account is so already.", "Read it again.",
    ),
    Reason.ACCOUNT_CHANGE_PENDING: _build_wording(
        "该账号有一项变更待另一名管理员确认。", "请先确认或否决该项变更。",
        "Another change of the account waits for a second administrator.",
        "Confirm or refuse it first.",
    ),
    Reason.ACCOUNT_CHANGES_TOO_MANY: _build_wording(
        "您提出的账号变更中尚有{most}项待确认。", "请待其他管理员确认或否决，或撤回其中的申请后再提出。",
        "{most} changes of accounts that you proposed wait to be confirmed.",
        "Have others confirm or refuse them, or withdraw some, before you propose more.",
    ),
    Reason.ACCOUNT_CHANGE_MISSING: _build_wording(
        "该账号没有待确认的变更。", "请刷新后查看。",
        "No change of the account waits to be confirmed.", "Read it again.",
    ),
    Reason.HOLDER_REQUIRED: _build_wording(
        "开立账号须填写持有人公民身份号码。", "请填写持有人的公民身份号码。",
        "An account is opened with the ID number of its holder.", "Enter the holder's ID number.",
    ),
    Reason.ROLE_EXCLUDED: _build_wording(
        "持有人已有{held}账号，不得再持有{role}账号。", "系统管理员、安全管理员、审计管理员须由不同人员担任，且不得兼任业务岗位；请更换持有人或先停用原账号。",
        "The holder has an account of the role {held}, which excludes {role}.",
        "The three administrators are three people who hold no business functions; choose somebody else, or close the other account first.",
    ),
    Reason.PROVIDER_UNKNOWN: _build_wording(
        "没有此统一身份认证入口。", "请从登录页所列入口中选择。",
        "There is no such way to sign in.", "Choose one that `signInProviders` lists.",
    ),
    Reason.REDIRECT_NOT_AGREED: _build_wording(
        "返回地址未登记。", "请联系系统管理员登记返回地址，须逐字一致。",
        "The address to return to was not agreed.",
        "Ask the administrator to enter it, letter by letter.",
    ),
    Reason.PROVIDER_AWAY: _build_wording(
        "统一身份认证暂时无法访问。", "请稍后重试，或用账号密码登录。",
        "The sign-in elsewhere can't be reached at the moment.",
        "Try again later, or sign in with account and password.",
    ),
    Reason.PROVIDER_REFUSED: _build_wording(
        "统一身份认证未通过。", "请重新发起登录；要求更高认证级别的，请先在统一身份认证平台完成实名认证。",
        "The sign-in elsewhere did not say who this is.",
        "Start again; where more certainty is asked for, have your identity verified there first.",
    ),
    Reason.PROVIDER_SIGN_IN_LAPSED: _build_wording(
        "本次统一身份认证已失效。", "请重新发起登录，并在10分钟内完成。",
        "This sign-in has lapsed.", "Start again, and finish within ten minutes.",
    ),
    Reason.PROVIDER_TELLS_TOO_LITTLE: _build_wording(
        "统一身份认证未提供姓名和证件号码，或单位的统一社会信用代码。", "请先在统一身份认证平台完成实名认证；以单位身份登录的，请用法人账号。",
        "The sign-in elsewhere told no name and number, or no credit code.",
        "Have your identity verified there first; for a unit, use its account as a legal person.",
    ),
    Reason.UNIT_NOT_REGISTERED: _build_wording(
        "该单位尚未注册。", "请先办理法人注册，再用统一身份认证登录。",
        "This unit is not registered.", "Register it first, then sign in this way.",
    ),
    Reason.ACCOUNT_NOT_OPENED: _build_wording(
        "尚未开通个人账号。", "请阅读并同意服务协议、选择所在区县后重新发起登录；已有账号的，请先登录再认证。",
        "There is no account of this person yet.",
        "Accept the agreement, state the district and start again; or sign in to your account first.",
    ),
    Reason.SESSION_ENDED: _build_wording(
        "登录已失效。", "请重新登录。", "The session has ended.", "Sign in again."
    ),
    Reason.ACCOUNT_CLOSED: _build_wording(
        "账号已停用。", "请提出账号申诉，或拨打咨询电话{hotline}。",
        "The account is closed.", "Lodge an account appeal, or call {hotline}.",
    ),
    Reason.TICKET_FOREIGN: _build_wording(
        "这不是本系统的登录二维码。", "请扫描本系统登录页上的二维码。",
        "This is not a sign-in code of this service.", "Scan the code on this service's own page.",
    ),
    Reason.TICKET_UNKNOWN: _build_wording(
        "登录二维码无效。", "请刷新登录页，获取新的二维码。",
        "There is no such sign-in ticket.", "Reload the sign-in page for a new code.",
    ),
    Reason.TICKET_EXPIRED: _build_wording(
        "登录二维码已过期。", "请刷新登录页，获取新的二维码。",
        "The sign-in ticket has expired.", "Reload the sign-in page for a new code.",
    ),
    Reason.TICKET_USED: _build_wording(
        "登录二维码已使用。", "请刷新登录页，获取新的二维码。",
        "The sign-in ticket was used already.", "Reload the sign-in page for a new code.",
    ),
    Reason.TICKET_APPROVED: _build_wording(
        "登录二维码已被确认。", "如非本人操作，请刷新登录页，获取新的二维码。",
        "The sign-in ticket was approved already.",
        "If that was not you, reload the sign-in page for a new code.",
    ),
    Reason.TICKET_ENDED: _build_wording(
        "登录二维码已作废：填写的数字与登录页显示的不一致。", "如系本人登录，请刷新登录页，获取新的二维码。",
        "The sign-in ticket was ended: another number was entered than the page shows.",
        "If it is you who signs in, reload the sign-in page for a new code.",
    ),
    Reason.TICKET_NUMBER_WRONG: _build_wording(
        "填写的数字与登录页显示的不一致，该二维码已作废。", "请勿为他人确认登录；如系本人登录，请刷新登录页后重新扫码。",
        "This is not the number that the sign-in page shows; the ticket is ended.",
        "Never approve for somebody else; if it is you who signs in, reload the page and scan again.",
    ),
    Reason.ACCOUNT_NAME_TAKEN: _build_wording(
        "账号名已被使用。", "请换一个账号名。",
        "The account name is taken.", "Choose another.",
    ),
    Reason.AGREEMENT_OUTDATED: _build_wording(
        "须同意现行协议（版本{current}）。", "请阅读并同意现行版本后再提交。",
        "The agreement now stands in version {current}.", "Read that version, accept it, send again.",
    ),
    Reason.REGION_NOT_A_DISTRICT: _build_wording(
        "须选择区县一级的行政区划。", "请选择所在的区、县或县级市。",
        "This is not a district or county.", "Choose the district, county or county-level city.",
    ),
    Reason.REGION_NOT_A_CITY: _build_wording(
        "须选择市（州）一级的行政区划。", "请选择所管辖的市、州或地区，如220100。",
        "This is not a city or prefecture.", "Choose the city or prefecture, such as 220100.",
    ),
    Reason.REGION_NOT_A_PROVINCE: _build_wording(
        "须选择省一级的行政区划。", "请选择所管辖的省、自治区或直辖市，如220000。",
        "This is not a province.", "Choose the province, such as 220000.",
    ),
    Reason.UNIT_REGISTERED: _build_wording(
        "该统一社会信用代码已注册。", "请用已有账号登录；如非本单位注册，请提出账号申诉或拨打咨询电话{hotline}。",
        "A unit of this credit code is registered already.",
        "Sign in with its account; if somebody else registered it, lodge an account appeal or call {hotline}.",
    ),
    Reason.EXTRACT_NEEDS_PROOF: _build_wording(
        "本账号尚未核实本人身份，不能导出本人数据。",
        "请先通过短信验证码、统一身份认证或服务窗口核实身份。",
        "This account has not proved whose it is, so it is given nobody's data.",
        "Prove it first: by a code to the mobile on file, by a provider, or at a counter.",
    ),
    Reason.PERSON_NOT_CONFIRMED: _build_wording(
        "无法以此姓名和公民身份号码注册。", "请核对证件；如已注册，请直接登录；忘记密码的，请提出账号申诉；如仍无法办理，请拨打咨询电话{hotline}。",
        "No account can be opened for this name and ID number.",
        "Check the document; if you have an account, sign in, or lodge an account appeal; otherwise call {hotline}.",
    ),
    Reason.PASSWORD_TOO_SHORT: _build_wording(
        "密码少于{least}位。", "请设置至少{least}位的密码。",
        "The password is shorter than {least} characters.", "Take one of at least {least}.",
    ),
    Reason.PASSWORD_TOO_LONG: _build_wording(
        "密码超过{most}位。", "请缩短密码。",
        "The password is longer than {most} characters.", "Shorten it.",
    ),
    Reason.PASSWORD_TOO_SIMPLE: _build_wording(
        "密码须包含大写字母、小写字母、数字、符号中的至少{kinds}类。", "请增加其他类型的字符。",
        "The password needs {kinds} of: small letters, capitals, digits, other signs.",
        "Add characters of another kind.",
    ),
    Reason.PASSWORD_COMMON: _build_wording(
        "密码过于常见。", "请设置他人不易猜到的密码。",
        "The password is a common one.", "Take one that nobody would guess.",
    ),
    Reason.PASSWORD_HOLDS_NAME: _build_wording(
        "密码不得包含账号名。", "请换一个密码。",
        "The password contains the account name.", "Take another.",
    ),
    Reason.PASSWORD_UNCHANGED: _build_wording(
        "新密码与原密码相同。", "请换一个密码。",
        "The new password is the old one.", "Take another.",
    ),
    Reason.PASSWORD_WRONG: _build_wording(
        "原密码不正确。", "请核对后重试。", "The present password is wrong.", "Check it."
    ),
    Reason.NOT_AN_OPERATOR: _build_wording(
        "此账号不是经办人账号。", "请在经办人列表中选择；法人账号请本人修改密码或提出账号申诉。",
        "This is not an operator's account.",
        "Choose one of the operators; a legal person's account is changed by its holder or by appeal.",
    ),
    Reason.NOTHING_CHANGED: _build_wording(
        "没有要修改的内容。", "请填写要修改的项目。", "Nothing was asked to change.", "Say what is to change."
    ),
    Reason.APPEAL_UNKNOWN: _build_wording(
        "申诉编号不存在。", "请核对申诉编号；如已遗失，请拨打咨询电话{hotline}。",
        "There is no appeal of this number.", "Check the number; if it is lost, call {hotline}.",
    ),
    Reason.APPEAL_OF_PERSON: _build_wording(
        "个人账号只属于本人，没有可变更的持有人。", "请选择其他申诉类型；经办人员请恢复账号或不予受理。",
        "A person's own account has no other holder.",
        "Choose another kind of trouble; an officer restores the account or refuses the appeal.",
    ),
    Reason.RESET_CODE_WRONG: _build_wording(
        "重置码不正确。", "请核对经办机构给出的重置码。",
        "The reset code is wrong.", "Compare it with the one that the officer gave.",
    ),
    Reason.RECOVERY_WAITS: _build_wording(
        "账号恢复尚在等待期内，期间持有人可以终止。", "请于{until}起办理。",
        "The holder still has time to stop this.", "Do it from {until} on.",
    ),
    Reason.RECOVERY_DIFFERS: _build_wording(
        "所填内容与另一经办人提出的不一致（处理方式、账号或持有人信息）。", "请核对材料后重新填写；原提出内容有误的，请不予受理本申诉。",
        "This is not what another officer proposed: the way, the account or the holder differs.",
        "Compare the papers and enter them again; if the proposal is wrong, refuse the appeal.",
    ),
    Reason.CONFIRMATION_DIFFERS: _build_wording(
        "所填内容与另一经办人今日核对的身份证信息不一致。", "请核对身份证后重新填写；原填写有误的，请原经办人更正。",
        "This is not what another officer read on the identity card today.",
        "Compare the card and enter it again; if the first entry is wrong, its officer mends it.",
    ),
    Reason.SMS_CODE_WRONG: _build_wording(
        "短信验证码不正确、已过期或已使用。", "请核对短信；仍不正确的，请重新获取验证码。",
        "The code is wrong, too old or used.", "Compare it with the message, or ask for another.",
    ),
    Reason.SMS_UNAVAILABLE: _build_wording(
        "本系统暂未开通短信服务。", "请到经办机构窗口办理，或拨打咨询电话{hotline}。",
        "No messages can be sent here yet.", "Go to an office's counter, or call {hotline}.",
    ),
    Reason.RESET_CODE_EXPIRED: _build_wording(
        "重置码已过期。", "请重新提出账号申诉。", "The reset code has expired.", "Lodge another appeal."
    ),
    Reason.RESET_CODE_USED: _build_wording(
        "重置码已使用。", "请用新密码登录；如非本人操作，请重新提出账号申诉。",
        "The reset code was used already.",
        "Sign in with the new password; if that was not you, lodge another appeal.",
    ),
    Reason.PROFILE_INCOMPLETE: _build_wording(
        "单位信息不完整，缺少：{missing_zh}。", "请先完善单位信息。",
        "The unit's profile lacks: {missing_en}.", "Complete the profile first.",
    ),
    Reason.DECLARATION_EXISTS: _build_wording(
        "本单位已有申报。", "请继续办理该申报：草稿或已退回的可修改后提交，审核中的可撤回，审核通过的可申请变更。",
        "The unit has a declaration already.",
        "Go on with that one: submit a draft or a returned one, withdraw one under review, "
        "or request a change of an approved one.",
    ),
    Reason.UNIT_DEREGISTERED: _build_wording(
        "单位已注销，不能再次申报。", "如与事实不符，请联系所在地经办机构。",
        "The unit was de-registered and can't declare again.",
        "If that is not so, ask the officers of its region.",
    ),
    Reason.DECLARATION_NOT_APPROVED: _build_wording(
        "就业见习申报尚未审核通过。", "请先提交申报并等待审核通过。",
        "The unit's declaration is not approved.", "Submit it and wait for its approval.",
    ),
    Reason.STAFF_MISSING: _build_wording(
        "申报须至少填写一名专职人员。", "请添加专职人员。",
        "A declaration needs at least one dedicated member of staff.", "Add one.",
    ),
    Reason.NAME_TAKEN: _build_wording(
        "本单位已有同名岗位（不区分大小写和全半角）。", "请使用其他名称。",
        "The unit has a post of that name (case and width don't count).", "Choose another name.",
    ),
    Reason.POST_NOT_APPROVED: _build_wording(
        "岗位尚未审核通过。", "请选择已通过的岗位。",
        "The post is not approved.", "Choose an approved post.",
    ),
    Reason.POST_CLOSED: _build_wording(
        "岗位已关闭，不再招收见习人员。", "请选择其他岗位，或先重新开放该岗位。",
        "The post is closed and takes no more interns.", "Choose another post, or reopen this one.",
    ),
    Reason.POST_NOT_ON_BOARD: _build_wording(
        "该岗位尚未推送到就业在线，没有推送人员信息。", "请待岗位推送成功后再试。",
        "The post is not on the national job board yet, so the board has sent nobody.", "Try again once the post has been pushed.",
    ),
    Reason.BOARD_PUSH_OUTDATED: _build_wording(
        "该岗位已有更新的推送，本条推送不再办理。", "请查看该岗位最近一次推送。",
        "The post has changed since; a newer push has taken this one's place.", "Look at the post's newest push.",
    ),
    Reason.PERSON_NOT_ON_FILE: _build_wording(
        "查无此人：姓名与公民身份号码不匹配，或此人信息尚未入库（见习人员须由本人完善就业基本信息；"
        "花名册人员须在用人单位有参保或合同记录）。",
        "请核对姓名和号码；如无误，请本人登录个人网厅完善就业基本信息，或等待有关部门的数据导入。",
        "No such person is on file: name and ID number don't match, or nobody has told of them yet "
        "(an intern must have completed their basic information; whoever a roster names must have "
        "a contribution or contract at the employer).",
        "Check both; if right, the person completes their basic information in the personal "
        "portal, or an authority's facts are loaded.",
    ),
    Reason.TOO_MANY_UNKNOWN: _build_wording(
        "今日查询的未入库人员已达上限，暂不能再查询人员。", "请核对名单，明日再试；急需办理的请到柜台代办。",
        "Too many persons who are not on file were asked for today; nobody is looked up any more.",
        "Check your list and try again tomorrow, or have it filed at the counter.",
    ),
    Reason.NAME_DIFFERS: _build_wording(
        "姓名与公民身份号码不匹配。", "请核对证件。",
        "Name and ID number don't match.", "Check the document.",
    ),
    Reason.SCHOOLING_DIFFERS: _build_wording(
        "本人所填学历与官方学历记录不一致，以官方记录为准。",
        "请核对毕业证书；官方记录有误的，请本人联系教育部门更正。",
        "What the person states of their schooling differs from the official record, which counts.",
        "Check the diploma; if the record is wrong, the person has the education office correct it.",
    ),
    Reason.SCHOOLING_UNPROVEN: _build_wording(
        "未查到完整的官方学历记录，学历以本人所填为准。", "请核对毕业证书等附件。",
        "No complete official record of the schooling is on file; it is the person's own word.",
        "Check the diploma among the attachments.",
    ),
    Reason.NOT_A_GRADUATE: _build_wording(
        "不符合离校{years}年内未就业高校毕业生：签订协议时须已毕业且不超过{years}年。",
        "请核对毕业日期、学历和协议日期，或选择其他人员类型。",
        "Not a graduate of at most {years} years on the day of the agreement.",
        "Check graduation, schooling and the agreement's date, or choose another category.",
    ),
    Reason.NOT_VOCATIONAL: _build_wording(
        "不符合中职毕业生：学历须为中职或技工院校，且签订协议时已毕业。",
        "请核对学历和毕业日期，或选择其他人员类型。",
        "Not a secondary-vocational graduate on the day of the agreement.",
        "Check schooling and graduation, or choose another category.",
    ),
    Reason.AGE_OUTSIDE: _build_wording(
        "签订协议时年龄为{age}岁，须在{range}岁之间。", "请核对协议日期，或选择其他人员类型。",
        "The person was {age} on the day of the agreement; {range} is needed.",
        "Check the agreement's date, or choose another category.",
    ),
    Reason.INSURED: _build_wording(
        "签订协议时有社会保险缴费记录（{month}）。", "请核对参保情况。",
        "A social-insurance contribution for {month} is on file.", "Check the insurance record.",
    ),
    Reason.NOT_REGISTERED_UNEMPLOYED: _build_wording(
        "签订协议时未办理失业登记。", "请先办理失业登记。",
        "The person was not registered unemployed on the day of the agreement.",
        "The person registers as unemployed first.",
    ),
    Reason.DATES_REVERSED: _build_wording(
        "结束日期早于开始日期。", "请核对日期。", "The end lies before the start.", "Check both dates."
    ),
    Reason.AGREED_AFTER_START: _build_wording(
        "协议签订日期晚于开始日期。", "请核对日期。",
        "The agreement was signed after the start.", "Check both dates.",
    ),
    Reason.DATE_IN_FUTURE: _build_wording(
        "日期不能晚于今天。", "请核对日期。", "The date lies in the future.", "Check the date."
    ),
    Reason.DATE_TOO_EARLY: _build_wording(
        "协议签订日期比开始日期早{months}个月以上。", "请核对日期。",
        "The agreement was signed more than {months} months before the start.", "Check both dates.",
    ),
    Reason.TERM_TOO_LONG: _build_wording(
        "见习期超过{months}个月。", "请缩短见习期。",
        "The internship is longer than {months} months.", "Shorten it.",
    ),
    Reason.INTERN_ALREADY_HERE: _build_wording(
        "此人在本单位已有见习记录，每人在同一单位只能见习一次。", "请查看已有记录；尚未审核通过的误录可以撤回。",
        "The person has an internship in this unit already; once per unit is all.",
        "Look at the existing record; one that is not approved yet can be withdrawn.",
    ),
    Reason.INTERN_NOT_APPROVED: _build_wording(
        "见习人员尚未审核通过。", "请等待审核通过后再填报月报。",
        "The intern is not approved.", "Wait for the approval, then report.",
    ),
    Reason.TERM_OVERLAPS: _build_wording(
        "此人在该期间已有其他见习，同一时间只能在一个单位见习。", "请向本人核实，调整见习期限，或待原见习结束后再提交。",
        "The person has another internship in this term; one unit at a time.",
        "Ask the person; change the term, or submit once the other internship has ended.",
    ),
    Reason.TERM_USED_UP: _build_wording(
        "此人各次见习累计期限将超过{months}个月。", "请缩短见习期。",
        "The person's internships would be longer than {months} months in all.", "Shorten the term.",
    ),
    Reason.END_BEFORE_START: _build_wording(
        "结束日期早于见习开始日期（{starts}）。", "请核对日期；未开始见习的，请由经办机构撤销。",
        "The end lies before the internship's start ({starts}).",
        "Check the date; for one that never began, ask the reviewers to revoke it.",
    ),
    Reason.END_AFTER_TERM: _build_wording(
        "结束日期晚于计划结束日期（{ends}）。", "请核对日期；延长见习期须提交变更申请。",
        "The end lies after the planned end ({ends}).",
        "Check the date; a longer term takes a change request.",
    ),
    Reason.REDUCTION_EXISTS: _build_wording(
        "此见习人员已有减员申请。", "请修改或撤回已有的申请。",
        "There is a reduction for this intern already.", "Change or withdraw that one.",
    ),
    Reason.REDUCTION_PENDING: _build_wording(
        "还有{count}件减员申请待审核。", "请先审核这些减员申请，再终止申报。",
        "{count} reductions wait for review.", "Decide on them first, then end the declaration.",
    ),
    Reason.INTERN_ENDED: _build_wording(
        "此人见习已结束。", "需要更正的，请先由经办机构撤销减员。",
        "The internship has ended.", "To correct it, the reviewers revoke the reduction first.",
    ),
    Reason.END_CLAIMED: _build_wording(
        "此减员已列入带教补贴申报，不能撤销。", "请先在补贴申报中剔除该明细；已发放的须先追回。",
        "A mentoring claim stands on this reduction; it cannot be revoked.",
        "Strike its line first; if it is paid, claw it back first.",
    ),
    Reason.LINE_IN_BATCH: _build_wording(
        "受影响的补贴明细正在银行发放中。", "请待银行返回发放结果后再办理。",
        "The bank is about to pay a line that this touches.", "Wait for the bank's answer.",
    ),
    Reason.DECLARATION_ENDED: _build_wording(
        "本单位就业见习申报已于{date}终止。", "终止前的月份仍可按期申领；资格恢复的，可重新申报。",
        "The unit's declaration ended on {date}.",
        "Months before may still be claimed for a while; a status that is regained is declared anew.",
    ),
    Reason.CLAIM_TOO_LATE: _build_wording(
        "申报终止后的申领期限已于{until}届满。", "如有疑问，请咨询经办机构。",
        "After the declaration's end, months could be claimed until {until}.",
        "Ask the reviewing office if in doubt.",
    ),
    Reason.STARTS_UNDECLARED: _build_wording(
        "原申报已终止，新申报自{first}起生效，见习不得早于该日开始。", "请将见习开始日期改为{first}或以后。",
        "An earlier declaration ended; internships under the new one begin on {first} at the earliest.",
        "Let the internship begin on {first} or later.",
    ),
    Reason.LIQUIDATOR_TOO_EARLY: _build_wording(
        "申报终止后才能新增清算人账户。", "请使用本单位账户。",
        "A liquidator's account takes a declaration that has ended.", "Use the unit's own account.",
    ),
    Reason.CHANGE_BY_REQUEST: _build_wording(
        "申报已审核通过，此项须通过变更申请修改。", "请提交变更申请；联系人和联系电话可直接修改。",
        "The declaration is approved; this changes by a change request.",
        "Request the change; the contact and their mobile change freely.",
    ),
    Reason.CHANGE_PENDING: _build_wording(
        "此记录已有变更申请在办。", "请修改或撤回已有的申请。",
        "A change of this record is pending already.", "Change or withdraw that request.",
    ),
    Reason.QUALIFICATION_OVERLAPS: _build_wording(
        "有效期与本单位已审核通过的同类资质重叠。",
        "请调整有效期；原资质提前失效的，请先由审核人员撤销，填写有效期止后重新提交。",
        "Its days overlap those of another approved qualification of this kind.",
        "Give other days; if that one ended early, have it revoked and submit it with a last day.",
    ),
    Reason.CHANGE_NOTHING: _build_wording(
        "变更内容与现有内容相同。", "请填写要变更的内容。",
        "Nothing would change.", "Say what is to be different.",
    ),
    Reason.RENAME_UNPROVEN: _build_wording(
        "单位更名须附证明材料。", "请上传变更后的营业执照或登记机关的更名证明，再提交变更申请。",
        "Another name takes a document.",
        "Attach the new licence, or the registrar's confirmation, then submit the request.",
    ),
    Reason.CHANGE_STALE: _build_wording(
        "提出申请后原记录已变化，不能按此申请变更。", "请退回申请，由单位核对后重新提交。",
        "The record has changed since the request was made.",
        "Return the request; the unit looks again and submits it anew.",
    ),
    Reason.CHANGE_DATE_MISSING: _build_wording(
        "更换岗位须填写生效日期。", "请填写新岗位的开始日期。",
        "Another post takes a date.", "Give the first day at the new post.",
    ),
    Reason.CHANGE_DATE_NEEDLESS: _build_wording(
        "岗位未变更，不需填写生效日期。", "请删除生效日期，或选择新岗位。",
        "The post stays; there is no date to give.", "Leave it out, or choose another post.",
    ),
    Reason.CHANGE_DATE_OUTSIDE: _build_wording(
        "新岗位开始日期须在{first}至{last}之间。", "请核对日期。",
        "The first day at the new post must lie between {first} and {last}.", "Check the date.",
    ),
    Reason.MONTHS_REPORTED: _build_wording(
        "已填报的月报与新的见习期不符（{months}）。", "请先撤回或撤销这些月报，或办理减员。",
        "Months already reported don't fit the new term ({months}).",
        "Withdraw or revoke those reports first, or end the internship by a reduction.",
    ),
    Reason.MONTH_IN_FUTURE: _build_wording(
        "月份尚未到来。", "请选择本月或以前的月份。",
        "The month has not begun.", "Choose this month or an earlier one.",
    ),
    Reason.MONTH_NOT_RUN: _build_wording(
        "{month}不在见习期内（{starts}至{ends}）。", "请选择见习期内的月份。",
        "The internship did not run in {month} ({starts} to {ends}).", "Choose a month of its term.",
    ),
    Reason.DAYS_OUTSIDE_MONTH: _build_wording(
        "出勤天数须在0至{most}之间。", "请核对当月见习天数。",
        "Days attended lie between 0 and {most} in this month.", "Check the days.",
    ),
    Reason.REPORT_EXISTS: _build_wording(
        "该人员当月已有月报。", "请修改已有月报；已审核通过的，请先由经办机构撤销。",
        "The intern has a report for this month.",
        "Change that report; an approved one is revoked by the office first.",
    ),
    Reason.REPORT_HELD: _build_wording(
        "月报已列入补贴申报，不能修改或退回。",
        "未发放的，请先剔除该明细，或退回申报后由单位移除；已发放的须先追回，更正后的差额补发。",
        "The report is held by a claim and cannot be changed or returned.",
        "Unpaid: strike its line, or return the claim for the unit to take it out. "
        "Paid: claw it back first; what the correction leaves due is paid afterwards.",
    ),
    Reason.WAGE_BELOW_FLOOR: _build_wording(
        "实发工资{wage}元低于最低标准{floor}元（{month}）。", "月报可以保存，但不产生应发补贴。",
        "The wage of {wage} yuan is below the floor of {floor} yuan for {month}.",
        "The report may be saved; nothing is payable for it.",
    ),
    Reason.TOO_FEW_DAYS: _build_wording(
        "出勤{days}天，少于{least}天。", "月报可以保存，但不产生应发补贴。",
        "{days} days attended; at least {least} are needed.",
        "The report may be saved; nothing is payable for it.",
    ),
    Reason.TOO_FEW_MONTHS: _build_wording(
        "已审核通过且出勤达标的月报为{months}个月，须满{least}个月。", "满{least}个月后可一并申领以前月份。",
        "{months} approved months with enough days; {least} are needed.",
        "Once there are {least}, the earlier months can be claimed too.",
    ),
    Reason.NOTHING_PAYABLE: _build_wording(
        "没有可申领的月报。", "请核对月报是否审核通过、是否已申领。",
        "No payable report is left to claim.", "See whether the reports are approved or claimed.",
    ),
    Reason.NO_LINES: _build_wording(
        "申报没有可发放的明细。", "请由单位修改申报，至少保留一名可发放的人员；审核中的请先退回。",
        "The claim has no line.",
        "The unit changes it so that somebody can be paid; under review, it is returned first.",
    ),
    Reason.NOTHING_TO_PAY: _build_wording(
        "没有可列入批次的待发放明细。", "尚未审核通过、公示未结束、待结业或待确认账户的明细不能列入；办结后再生成批次。",
        "No line can be put into a batch now.",
        "Lines that wait for approval, publicity, completion or an account follow once that is done.",
    ),
    Reason.LINES_WITH_FINANCE: _build_wording(
        "申报有{lines}条明细已进入发放批次或已发放。", "请等发放批次办结；已发放的只能追回。",
        "{lines} lines of the claim are in a batch or paid.",
        "Wait until the batch is settled; what was paid can only be clawed back.",
    ),
    Reason.DIFFERENCE_SETTLED: _build_wording(
        "该差额已处理或已消失。", "请刷新差额列表。",
        "The difference is settled or has lapsed.", "Read the list of differences again.",
    ),
    Reason.DIFFERENCE_OTHER_WAY: _build_wording(
        "已核定{granted}元，应发{due}元，不能按此方式处理。", "少发的补发，多发的追回。",
        "{granted} yuan were granted and {due} are due: it can't be settled this way.",
        "Too little is supplemented, too much is clawed back.",
    ),
    Reason.DIFFERENCE_CHANGED: _build_wording(
        "参数或补发情况已变化，差额须重新核算。", "系统会重新核查，请稍后刷新差额列表。",
        "Parameters or supplements have changed since; the difference must be computed again.",
        "It is examined again by itself; read the list again in a while.",
    ),
    Reason.DIFFERENCE_UNPAID: _build_wording(
        "明细尚未发放（{state}），没有可追回的金额。", "请剔除该明细，或撤销申报后由单位重新核算。",
        "The line is not paid ({state}); there is nothing to claw back.",
        "Strike the line, or revoke the claim for the unit to compute it anew.",
    ),
    Reason.SUPPLEMENT_FIXED: _build_wording(
        "补发申报的明细由差额产生，不能修改。", "请提交或撤回；撤回后差额可重新处理。",
        "A supplementary claim's lines follow from differences and can't be changed.",
        "Submit it or withdraw it; then the difference can be settled anew.",
    ),
    Reason.AMOUNT_CHANGED: _build_wording(
        "月报或政策参数已变化，金额须重新核算。", "请由单位修改申报，重新选择人员后再提交。",
        "Reports or parameters have changed since; the amount must be computed again.",
        "The unit changes the claim, which computes it anew, and submits it.",
    ),
    Reason.REPORT_NOT_APPROVED: _build_wording(
        "{month}的月报尚未审核通过（{status}）。", "请提交月报并等待审核通过。",
        "The report of {month} is not approved ({status}).", "Submit it and wait for its approval.",
    ),
    Reason.REPORT_VOIDED: _build_wording(
        "月报已作废，没有应发补贴金额。", "见习已在该月之前结束，无需处理。",
        "The report is void; nothing is payable for it.",
        "The internship ended before that month; nothing is to be done.",
    ),
    Reason.REPORT_RETURNED: _build_wording(
        "月报已退回，更正并重新提交后再核定应发补贴金额。", "请按退回原因更正后重新保存、提交。",
        "The report was returned; what is payable is assessed when it is corrected and submitted.",
        "Correct it as the reason says, save it and submit it again.",
    ),
    Reason.REPORT_CLAIMED: _build_wording(
        "{month}的月报已列入截至{claim}的补贴申报。", "同一月报不能重复申领；该申报撤回或明细剔除后可再申领。",
        "The report of {month} is held by the claim up to {claim}.",
        "No report is paid twice; it is free again once that claim is withdrawn or its line struck.",
    ),
    Reason.MONTH_AFTER_CLAIM: _build_wording(
        "{month}晚于申领月份。", "请选择更晚的申领月份。",
        "{month} lies after the month up to which is claimed.", "Choose a later month.",
    ),
    Reason.NOT_RETAINED: _build_wording(
        "减员申请的去向不是本单位留用。", "如实际留用，请更正减员：原因为完成就业，去向为本单位留用。",
        "The internship did not end with the person retained by this unit.",
        "If they were retained, correct the reduction: reason employed, destination retained.",
    ),
    Reason.END_NOT_FILED: _build_wording(
        "见习期已于{ended}届满，尚未办理减员。", "请先办理减员申请并等待审核通过。",
        "The term ran out on {ended}, and no reduction was filed.",
        "File the reduction and wait for its approval.",
    ),
    Reason.CONTRACT_MISSING: _build_wording(
        "截至{day}的数据中，没有见习后与本单位的劳动合同。", "请办理劳动合同备案；已备案的，等待下次数据导入。",
        "As of {day}, no labour contract with this unit followed the internship.",
        "Register the contract; if it is registered, wait for the next load of facts.",
    ),
    Reason.CONTRACT_UNKNOWN: _build_wording(
        "劳动合同数据只到{day}，早于见习结束日期{ended}，无法核验。", "请等待劳动合同数据更新。",
        "Contracts are known up to {day} only, and the internship ended on {ended}.",
        "Wait for newer contracts to be loaded.",
    ),
    Reason.CONTRACT_TOO_SHORT: _build_wording(
        "劳动合同期限不足{months}个月，到期日须不早于{needed}。", "须签订期限符合要求的劳动合同。",
        "The labour contract is for less than {months} months; it would have to run to {needed}.",
        "A contract of that length is needed, or an open-ended one.",
    ),
    Reason.INSURANCE_MISSING: _build_wording(
        "自{since}起没有本单位为其缴纳社会保险的记录（数据至{month}）。", "请核对参保单位；已缴费的，等待下次数据导入。",
        "No contribution by this unit from {since} on is on file (known up to {month}).",
        "Check who insures the person; if it is paid, wait for the next load of facts.",
    ),
    Reason.INSURANCE_UNKNOWN: _build_wording(
        "社会保险数据只到{month}，须有{since}起的缴费记录，无法核验。", "请等待社会保险数据更新。",
        "Contributions are known up to {month} only; those from {since} on count.",
        "Wait for newer contributions to be loaded.",
    ),
    Reason.REPORTS_NOT_APPROVED: _build_wording(
        "以下见习月份没有审核通过的月报：{months}。", "请补报月报并等待审核通过。",
        "These months of the internship have no approved report: {months}.",
        "Report them and wait for the approval.",
    ),
    Reason.RETENTION_TOO_LOW: _build_wording(
        "见习期满留用率不足：{ended}人中留用{retained}人，须不低于{least}。", "留用率达到要求后方可申报。",
        "Too few were retained: {retained} of {ended}; the ratio must be {least} or more.",
        "The subsidy can be claimed once enough are retained.",
    ),
    Reason.NOBODY_ENDED: _build_wording(
        "{year}年没有见习期满的人员。", "请选择其他年度。",
        "Nobody's internship ended in {year}.", "Choose another year.",
    ),
    Reason.NOBODY_CLAIMABLE: _build_wording(
        "没有可申报的人员。", "请逐人查看不能申报的原因。",
        "Nobody can be claimed for.", "See of each person what stands in the way.",
    ),
    Reason.STATISTICS_TOO_FINE: _build_wording(
        "统计口径过细，可能推算出个人信息。", "请不带筛选条件，且最多选择{most}个统计维度。",
        "These statistics are too fine: persons could be told from them.",
        "Leave filters out, and tell at most {most} dimensions apart.",
    ),
    Reason.FIELD_NOT_KEPT: _build_wording(
        "该记录没有此项敏感信息：{field}。", "请只选择该记录所含的信息项。",
        "This record keeps no such field: {field}.", "Ask for fields that the record has.",
    ),
    Reason.BENEFIT_CONFLICT: _build_wording(
        "该人员存在与本次申报冲突的享受记录。", "请将该人员从申报中去除，或向经办机构咨询。",
        "What is claimed for this person conflicts with another benefit.",
        "Leave the person out, or ask the office.",
    ),
    Reason.COMBINATION_FORBIDDEN: _build_wording(
        "该人员另有不得同时享受的补贴：{benefits}。", "请剔除该明细，或退回申报。",
        "The person has benefits that exclude this one: {benefits}.",
        "Strike the line, or return the claim.",
    ),
    Reason.ALREADY_MENTORED: _build_wording(
        "该人员已享受或正在申报带教补贴。", "每人只能享受一次，请从申报中去除。",
        "The mentoring subsidy is paid or claimed for this person already.",
        "Nobody is counted twice; leave the person out.",
    ),
    Reason.SIZE_NOT_SHOWN: _build_wording(
        "单位在{day}没有审核通过的企业规模资质。", "请申报企业规模资质，有效期包含该日，并等待审核通过。",
        "No approved enterprise size of the unit holds on {day}.",
        "File the unit's size as a qualification that covers that day, and wait for its approval.",
    ),
    Reason.SIZE_NOT_SUPPORTED: _build_wording(
        "企业规模{size}不在补贴范围内（{sizes}）。", "如规模有误，请更正企业规模资质；否则不能申报。",
        "Enterprises of size {size} are not subsidised ({sizes} are).",
        "If the size is wrong, correct the qualification; otherwise nothing can be claimed.",
    ),
    Reason.LICENCE_NOT_SHOWN: _build_wording(
        "机构在{day}没有审核通过的人力资源服务许可资质。", "请申报许可资质，有效期包含该日，并等待审核通过。",
        "No approved agency licence holds on {day}.",
        "File the licence as a qualification that covers that day, and wait for its approval.",
    ),
    Reason.NOT_INSURED_NOW: _build_wording(
        "{month}没有就业企业为其缴纳社会保险的记录。", "请由就业企业为其参保；已缴费的，等待下次数据导入。",
        "No contribution by the employing enterprise is on file for {month}.",
        "The enterprise has to insure the person; if it did, wait for the next load of facts.",
    ),
    Reason.INSURANCE_PLACE_DIFFERS: _build_wording(
        "所选参保地为{stated_zh}，{month}的社会保险缴费在{posted_zh}。",
        "请选择{posted_zh}为参保地，重新提交人员校验；缴费地有误的，请联系社会保险经办机构更正。",
        "The place stated is {stated_en}; the contribution for {month} was posted at {posted_en}.",
        "Send the roster in again for {posted_en}, or have the insurance office correct the record.",
    ),
    Reason.INSURANCE_PLACE_UNKNOWN: _build_wording(
        "社会保险数据未载明就业企业为其缴费的参保地。",
        "请等待载明参保地的社会保险数据导入，或请就业企业先为其参保。",
        "Facts on file do not tell where the enterprise's contributions for the person are posted.",
        "Wait for contributions that name their place, or have the enterprise insure the person.",
    ),
    Reason.NOW_UNKNOWN: _build_wording(
        "社会保险数据只到{month}，须不早于{oldest}，无法核验当前参保。", "请等待社会保险数据更新。",
        "Contributions are known up to {month} only; they must reach {oldest} to tell who is insured now.",
        "Wait for newer contributions to be loaded.",
    ),
    Reason.CONTRACT_DIFFERS: _build_wording(
        "所填合同期限与备案劳动合同不一致。", "请核对合同：更正花名册，或更正合同备案。",
        "The stated contract and the one on file contradict each other.",
        "Check the contract; correct the roster, or have the register corrected.",
    ),
    Reason.CONTRACT_NOT_ON_FILE: _build_wording(
        "截至{day}的数据中，没有与就业企业的该劳动合同。", "请办理劳动合同备案；已备案的，等待下次数据导入。",
        "As of {day}, no such labour contract with the employing enterprise is on file.",
        "Register the contract; if it is registered, wait for the next load of facts.",
    ),
    Reason.CONTRACT_NOT_TOLD: _build_wording(
        "劳动合同数据只到{day}，早于合同起始日期{start}，无法核验。", "请等待劳动合同数据更新。",
        "Contracts are known up to {day} only, and this one starts on {start}.",
        "Wait for newer contracts to be loaded.",
    ),
    Reason.NO_STANDING_REGISTRATION: _build_wording(
        "吸纳就业时（{hired}）没有有效的失业登记。", "请核对人员类别和失业登记；确无登记的，请从花名册中去除。",
        "No unemployment registration stood when the person was hired on {hired}.",
        "Check group and registration; without one, leave the person out.",
    ),
    Reason.UNEMPLOYED_TOO_SHORT: _build_wording(
        "吸纳就业时（{hired}）登记失业不满{months}个月，须至{full}满{months}个月。", "请核对失业登记日期；确实不满的，请从花名册中去除。",
        "When hired on {hired} the person had been registered for less than {months} months, "
        "which were full on {full}.",
        "Check the day of the registration; if it is right, leave the person out.",
    ),
    Reason.REGISTRATION_UNKNOWN: _build_wording(
        "失业登记数据只到{day}，早于吸纳日期{hired}，无法核验。", "请等待失业登记数据更新。",
        "Unemployment registrations are known up to {day} only, and the hire was on {hired}.",
        "Wait for newer registrations to be loaded.",
    ),
    Reason.NO_TRANSFER: _build_wording(
        "截至{day}的数据中，没有转移就业记录。", "请核对人员类别；确有转移就业的，请先登记并等待下次数据导入。",
        "As of {day}, no transfer-employment record is on file.",
        "Check the group; if the person did transfer, have it recorded and wait for the next load.",
    ),
    Reason.TRANSFER_UNKNOWN: _build_wording(
        "转移就业数据只到{day}，早于吸纳日期{hired}，无法核验。", "请等待转移就业数据更新。",
        "Transfer-employment records are known up to {day} only, and the hire was on {hired}.",
        "Wait for newer records to be loaded.",
    ),
    Reason.INSURED_BEFORE: _build_wording(
        "本次连续参保首月（{first}）前，已于{months}在本单位参保。", "不属于新吸纳人员，请从花名册中去除。",
        "Before the current run began in {first}, this unit paid for {months}.",
        "The person was not newly hired; leave them out.",
    ),
    Reason.OUTSIDE_PROGRAMME: _build_wording(
        "日期{hired}不在政策执行期{first}至{last}内。",
        "请核对合同起始日期（培训为开班日期）；确在执行期外的，不能申报。",
        "{hired} is outside the programme, which runs from {first} to {last}.",
        "Check the contract's first day, or the class's opening; outside the programme nothing can "
        "be claimed.",
    ),
    Reason.NO_PROGRAMME: _build_wording(
        "{hired}当地没有执行该项补贴政策。", "请核对合同起始日期和参保地（培训为开班日期和企业所在地）。",
        "On {hired} no programme ran in the region.",
        "Check the contract's first day and the place of insurance, or the class's opening and the "
        "enterprise's region.",
    ),
    Reason.COURSE_CLAIMED: _build_wording(
        "本企业已就该线上培训项目的另一个班（{number}）申报补贴，同一项目只补贴一次。", "请选择其他项目，或先撤回另一个班的申报。",
        "The enterprise has claimed for another class of this course ({number}); once is all.",
        "Choose another course, or withdraw the other class's claim first.",
    ),
    Reason.PLACES_USED_UP: _build_wording(
        "此人在政策执行期{first}至{last}内的补贴培训次数已用完（最多{most}次）。",
        "请移出此人；确有理由的，可请区县经办人说明原因后放行。",
        "The person's {most} places for training from {first} to {last} are all taken.",
        "Take the person out of the class, or ask an officer of the district to override it with a "
        "reason.",
    ),
    Reason.TRAINING_OVERLAPS: _build_wording(
        "此人在该期间已参加其他培训班，同一时间只能参加一个班。", "请向本人核实，移出此人或调整培训日期。",
        "The person attends another class on some of these days; one at a time.",
        "Ask the person; take them out of the class, or change its days.",
    ),
    Reason.NOBODY_ATTENDS: _build_wording(
        "培训班没有学员。", "请先添加学员。",
        "The class has no trainees.", "Add its trainees first.",
    ),
    Reason.TRAINEE_TWICE: _build_wording(
        "此人已是该班学员。", "请查看该班学员名单。",
        "The person is a trainee of this class already.", "Look at the class's trainees.",
    ),
    Reason.TRAINEE_CLAIMED: _build_wording(
        "已为此学员申报培训补贴。", "请先撤回补贴申报，或由审核人员剔除该明细；学员记录保留在班中。",
        "A claim has a line for this trainee.",
        "Withdraw the claim or have the line struck; the trainee stays on record with the class.",
    ),
    Reason.CONTROL_NOT_OVERRIDABLE: _build_wording(
        "该风控点不可人工放行。", "只有政策规定“原则上”适用的风控点可以放行。",
        "This control can't be overridden.", "Only what the rules say in principle can be.",
    ),
    Reason.NOTHING_TO_OVERRIDE: _build_wording(
        "该风控点目前没有不通过，无须放行。", "请刷新核验结果。",
        "The control does not fail now; there is nothing to override.", "Read its findings again.",
    ),
    Reason.ALREADY_SUBSIDISED: _build_wording(
        "该人员在该企业已享受或正在申报该项补贴。", "同一人员在同一企业只能享受一次，请从申报中去除。",
        "This subsidy is paid or claimed already for the person at that enterprise.",
        "It is paid once for a person and an enterprise; leave the person out.",
    ),
    Reason.ROSTERS_DIFFER: _build_wording(
        "一次申报的花名册须类型、参保地、补贴享受对象相同。", "请分别申报。",
        "The rosters of one claim share kind, place of insurance and beneficiary.",
        "Claim for them one by one.",
    ),
    Reason.NOTHING_PASSED: _build_wording(
        "没有可以申报的人员：现在均未通过核验（{reasons_zh}）。", "请查看花名册各行的核验结果，更正后重新上传或录入。",
        "Nobody can be claimed for: who is not claimed yet does not pass now ({reasons_en}).",
        "Look at the findings of the roster's rows; correct them, and upload or enter them again.",
    ),
    Reason.ROWS_CLAIMED: _build_wording(
        "花名册中没有尚未申报的校验通过人员。", "请选择其他花名册，或更正未通过的行后重新上传。",
        "The rosters have nobody left who passed and is not claimed for yet.",
        "Choose another roster, or correct the rows that failed and upload them.",
    ),
    Reason.LINE_SENT_BACK: _build_wording(
        "明细已由发放环节退回审核，不能再次公示。", "请由审核人员剔除该明细，或恢复待发放。",
        "The line was sent back from disbursement, and is not published again.",
        "Its reviewer strikes it, or lets it be paid after all.",
    ),
    Reason.NO_LINE_IN_STATE: _build_wording(
        "申报没有处于“{state}”状态的明细。", "请查看各明细的状态。",
        "No line of the claim is {state}.", "Look at the states of its lines.",
    ),
    Reason.LINE_BARRED: _build_wording(
        "该人员的同一事项此前已被剔除、审核不通过、异议成立或公示不通过，不能再次申报。",
        "请从申报中去掉该人员；如确应享受，请由审核人员在原明细上说明原因并恢复申报资格。",
        "This person was struck, refused or failed publicity before for the same thing.",
        "Leave them out; or have an officer readmit them on the earlier line, with a reason.",
    ),
    Reason.FIRST_LINE_GONE: _build_wording(
        "本笔补发所依据的首笔明细已被剔除、追回，或其申报已被撤销。",
        "请由审核人员核对首笔明细：重新审核通过后恢复本笔，否则剔除本笔。",
        "The line that this one supplements was struck or clawed back, or its claim was revoked.",
        "A reviewer looks at that line: readmit this one once it is approved again, or strike it.",
    ),
    Reason.NOT_A_SCORE: _build_wording(
        "成绩无法识别。", "请填写0至100的数字，不带符号，最多两位小数，如85.5。",
        "This is not a score.", "Write 0 to 100 as text without a sign, at most two decimals: 85.5.",
    ),
    Reason.SCORE_OUT_OF_RANGE: _build_wording(
        "成绩须在0至100分之间。", "成绩采用百分制，请核对。",
        "A score lies between 0 and 100.", "Scores are of a hundred marks; check the number.",
    ),
    Reason.SCORE_UNCLEAR: _build_wording(
        "成绩和缺考须填写一项，且只填写一项。", "参加考核的填写成绩；缺考的不填成绩，标明缺考。",
        "A trainee has either a score or was absent.", "Give one of the two.",
    ),
    Reason.SCORES_STAND: _build_wording(
        "本班结业申请已提交或已审核（{status}），成绩不能修改。",
        "请先撤回结业申请，或由审核人员退回、撤销后再修改。",
        "The class's completion is {status}: its scores stand.",
        "Withdraw it, or have it returned or revoked, then correct the score.",
    ),
    Reason.CLASS_NOT_APPROVED: _build_wording(
        "培训班未审核通过（当前状态：{status}）。", "请待开班审核通过后再办理。",
        "The class is not approved; it is {status}.", "Wait for its approval.",
    ),
    Reason.CLASS_NOT_BEGUN: _build_wording(
        "培训班尚未开班（{opens}开班）。", "请在开班后登记成绩。",
        "The class does not begin before {opens}.", "Enter scores from that day on.",
    ),
    Reason.CLASS_NOT_ENDED: _build_wording(
        "培训班尚未结束（{ends}结束）。", "请在培训结束之日或之后办理结业。",
        "The class does not end before {ends}.", "Complete it on that day or later.",
    ),
    Reason.TRAINEES_OPEN: _build_wording(
        "还有{trainees}名学员未登记成绩。", "请逐一登记成绩，未参加考核的标明缺考。",
        "{trainees} trainees have no result yet.", "Enter their scores, or that they were absent.",
    ),
    Reason.COUNTS_CHANGED: _build_wording(
        "合格标准已调整，按现行标准结业{completed}人、未结业{not_completed}人，与申请不一致。",
        "请退回，由单位重新提交。",
        "The pass mark has changed: {completed} have completed by it now, {not_completed} have not.",
        "Return it, so that the unit submits it anew.",
    ),
    Reason.COMPLETION_EXISTS: _build_wording(
        "本班已有结业申请。", "请修改或撤回已有的结业申请；已审核通过的，请先由经办机构撤销。",
        "There is a completion of this class already.",
        "Change or withdraw that one; an approved one is revoked by the office first.",
    ),
    Reason.COMPLETION_PAID_ON: _build_wording(
        "本班学员有{lines}条补贴明细已列入发放批次或已发放，结业不能撤销。",
        "请先将明细移出批次或追回已发放的补贴。",
        "{lines} lines of its trainees are in a batch or were paid on this completion.",
        "Take them out of the batch, or claw back what was paid, then revoke it.",
    ),
    Reason.CLASS_NOT_OPENED: _build_wording(
        "培训班尚未开班（{opens}开班）。", "开班后再申报补贴。",
        "The class opens on {opens}.", "Claim on that day or later.",
    ),
    Reason.TRAINEE_NOT_COMPLETED: _build_wording(
        "该学员未结业。", "请剔除该学员；如成绩有误，先更正结业。",
        "The trainee did not complete the class.",
        "Leave the trainee out; if the score is wrong, have the completion corrected first.",
    ),
    Reason.NO_TRAINEES_LEFT: _build_wording(
        "该班没有尚未申报的学员。", "请选择其他培训班。",
        "The class has no trainee left who is not claimed for.", "Choose another class.",
    ),
    Reason.NO_TRAINEE_PASSED: _build_wording(
        "没有可以申报的学员：尚未申报的学员现在均未通过核验（{reasons_zh}）。", "请查看可申报班级中各学员的核验结果。",
        "Nobody can be claimed for: who is not claimed yet does not pass now ({reasons_en}).",
        "Look at the findings of the trainees among the claimable classes.",
    ),
    Reason.PAYMENT_WAITS: _build_wording(
        "该学员尚未结业，按政策须先结业后发放。", "请先完成结业审核，再发放。",
        "The trainee has not completed the class yet, and is paid for only then.",
        "Have the completion filed and approved, then pay.",
    ),
    Reason.ACCOUNT_EXISTS: _build_wording(
        "本单位已有此银行账号。", "请从列表中选择。",
        "The unit has this account already.", "Choose it from the list.",
    ),
    Reason.ACCOUNT_NAME_DIFFERS: _build_wording(
        "开户名称须与单位名称一致。", "请填写本单位的对公账户。",
        "The account is not in the unit's own name.", "Give an account of the unit itself.",
    ),
    Reason.DEFAULT_NEEDED: _build_wording(
        "须保留一个默认账户。", "请将其他账户设为默认。",
        "One account must stay the default.", "Make another account the default instead.",
    ),
    Reason.FILE_NAME_UNSAFE: _build_wording(
        "文件名含有路径分隔符、控制字符或隐藏的方向字符。", "请重新命名文件后再上传。",
        "The file's name has path separators, control characters or hidden direction marks.",
        "Rename the file and send it again.",
    ),
    Reason.FILE_NAME_TOO_LONG: _build_wording(
        "文件名超过{most}字节（约{characters}个汉字）。", "请缩短文件名后再上传。",
        "The file's name has more than {most} bytes ({characters} Chinese characters).",
        "Shorten the name and send it again.",
    ),
    Reason.FILE_NAME_PERSONAL: _build_wording(
        "文件名含有公民身份号码。", "请去掉身份号码，重新命名后再上传。",
        "The file's name holds an ID number.", "Rename the file without it.",
    ),
    Reason.FILE_EMPTY: _build_wording(
        "文件为空。", "请检查文件后重新上传。", "The file is empty.", "Check the file and send it again."
    ),
    Reason.FILE_TOO_LARGE: _build_wording(
        "文件超过{most}MB。", "请压缩文件或分成几个文件上传。",
        "The file is larger than {most} MiB.", "Make it smaller, or send it in parts.",
    ),
    Reason.FILE_INCOMPLETE: _build_wording(
        "文件不完整，少于申报的{size}字节。", "请检查网络后重新发送完整文件。",
        "Fewer than the announced {size} bytes arrived.", "Send the whole file again.",
    ),
    Reason.FILE_EXCEEDS_SIZE: _build_wording(
        "收到的内容多于申报的{size}字节。", "请按文件的实际大小重新申请上传。",
        "More than the announced {size} bytes were sent.",
        "Request an upload again, with the file's real size.",
    ),
    Reason.STORAGE_FULL: _build_wording(
        "本单位的文件总量将超过{most}兆字节。", "请删除不需要的附件，或联系经办机构。",
        "The unit's files would take more than {most} MiB.",
        "Remove attachments that are not needed, or ask the office.",
    ),
    Reason.STORAGE_DAY_FULL: _build_wording(
        "本单位一日内上传的文件将超过{most}兆字节。", "请明日再上传，或减小文件。",
        "The unit would send more than {most} MiB in a day.",
        "Send the file tomorrow, or make it smaller.",
    ),
    Reason.FILE_TYPE_NOT_ALLOWED: _build_wording(
        "不接受此格式的文件。", "可上传的格式：{types}。",
        "Files of this type are not accepted.", "These are: {types}.",
    ),
    Reason.FILE_TYPE_DIFFERS: _build_wording(
        "文件内容与文件名的格式（{type}）不符。", "请用相应软件另存为{type}文件后再上传，不要只改扩展名。",
        "The file's content is not what its name says ({type}).",
        "Save it as {type} with the program that made it; a new name alone changes nothing.",
    ),
    Reason.FILE_STORE_DOWN: _build_wording(
        "暂时无法存取文件。", "请稍后重试。",
        "Files can be neither kept nor fetched at the moment.", "Try again later.",
    ),
    Reason.FILE_INFECTED: _build_wording(
        "文件含有恶意程序，未予保存。", "请在本机查杀后，重新制作文件再上传。",
        "The file carries malware and was not kept.",
        "Clean the computer, make the file anew, and send that.",
    ),
    Reason.FILE_UNCHECKED: _build_wording(
        "文件暂时无法查毒，未予保存。", "请稍后重新发送；仍不成功的，请联系系统管理员。",
        "The file can't be checked for malware at the moment, and was not kept.",
        "Send it again later; if that fails too, tell the administrator.",
    ),
    Reason.SEAL_BROKEN: _build_wording(
        "该敏感信息与登记时不一致，已停止使用并报警。", "请联系系统管理员，以备份核对该记录。",
        "This personal data is not what was entered; it is not used, and an alarm was raised.",
        "Ask the system's administrator to compare the record with a backup.",
    ),
    Reason.LINK_EXPIRED: _build_wording(
        "链接已过期。", "请重新获取链接。", "The link has expired.", "Ask for a new one."
    ),
    Reason.ACCESS_ENDED: _build_wording(
        "办理期间，经办人的登录、账号或权限已终止；办理已停止，未保存任何内容。",
        "请由仍有权限的人员登录后重新办理。",
        "Meanwhile the session, the account or a function of whoever asked for this has ended; "
        "it was stopped, and nothing of it was kept.",
        "Have somebody who may do it sign in and do it again.",
    ),
    Reason.UPLOAD_INCOMPLETE: _build_wording(
        "文件尚未上传。", "请先将文件发送到上传地址。",
        "The file has not been sent yet.", "Send it to the upload's address first.",
    ),
    Reason.UPLOAD_TOO_SLOW: _build_wording(
        "文件传输超时。", "请检查网络后重新发送。",
        "The file did not arrive in time.", "Check the connection and send it again.",
    ),
    Reason.UPLOAD_USED: _build_wording(
        "此次上传已使用。", "每个文件须单独申请上传。",
        "This upload was used already.", "Request an upload of its own for each file.",
    ),
    Reason.TOO_MANY_FILES: _build_wording(
        "每条记录最多{most}个附件。", "请合并文件或删除不需要的附件。",
        "A record has at most {most} attachments.", "Put files together, or remove some.",
    ),
    Reason.DOCUMENTS_MISSING: _build_wording(
        "缺少材料：{missing_zh}。", "请上传上述材料并选择相应的材料类型后再提交。",
        "Documents are missing: {missing_en}.",
        "Attach them, each as what it is, then submit.",
    ),
    Reason.NOT_A_CHOICE: _build_wording(
        "内容不在可选范围内。", "请从下拉列表中选择：{choices}。",
        "This is none of the choices.", "Choose one of: {choices}.",
    ),
    Reason.ROSTER_WRONG_TEMPLATE: _build_wording(
        "文件不是“{title}”的模板。", "请下载对应的模板，填写后上传。",
        "The file is not the template of this kind of roster ({title}).",
        "Download the template of this kind, fill it in and upload it.",
    ),
    Reason.ROSTER_SET_ASIDE: _build_wording(
        "系统多次未能校验此花名册，已停止校验；未作任何认定。",
        "请用模板重新填写后上传；仍不能校验的，请与本地就业部门联系。",
        "The service failed to check this roster several times, and stopped; nothing was decided.",
        "Fill in the template anew and upload it; should that fail too, ask the local authority.",
    ),
    Reason.ROSTER_CLEARED: _build_wording(
        "花名册已超过保存期限，人员内容已清除，只保留校验结果。", "请重新上传人员花名册。",
        "The roster was kept for its time: what its rows said is deleted, the verdicts stay.",
        "Send the persons in anew.",
    ),
    Reason.ROSTER_NOT_OPEN: _build_wording(
        "花名册已不在校验中，不能撤回。", "无需撤回；未用于申报的花名册不作任何认定。",
        "The roster is no longer being checked, so it can't be withdrawn.",
        "It needs no withdrawal: a roster claims nothing by itself.",
    ),
    Reason.ROSTER_EMPTY: _build_wording(
        "花名册没有人员。", "请在表头下逐行填写人员后再上传。",
        "The roster has no persons.", "Fill them in below the headings, one row each.",
    ),
    Reason.ROSTER_NOT_CHECKED: _build_wording(
        "花名册尚未校验完成。", "请等待校验完成后再办理。",
        "The roster has not been checked to its end.", "Wait until the check has finished.",
    ),
    Reason.ROSTER_NOT_ENTERED: _build_wording(
        "学员和成绩不在此逐人录入。", "请在培训班中新增学员，或单个办理结业。",
        "Trainees and their scores are not entered here.",
        "Add trainees to their class, and complete a single one there.",
    ),
    Reason.ROSTER_OF_A_FILE: _build_wording(
        "此花名册由文件上传，不能再逐人录入。", "请新建逐人录入的花名册；申报时可同时选择多个花名册。",
        "This roster came as a file: nobody is added to it by form.",
        "Begin a roster by form; a claim may be made from several rosters.",
    ),
    Reason.PERSON_ENTERED: _build_wording(
        "此人已录入，并已列入补贴申报。", "如需更正，请先修改该补贴申报，移出此人后重新录入。",
        "This person was entered already, and a claim stands on it.",
        "To correct it, take the person out of that claim first, then enter them again.",
    ),
    Reason.FIELD_NOT_ASKED: _build_wording(
        "此类花名册不填写“{heading}”。", "请去掉此项。",
        "This kind of roster has no {heading}.", "Leave it out.",
    ),
    Reason.CONTRACT_END_UNCLEAR: _build_wording(
        "合同终止日期和无固定期限须且只须选择一项。", "请填写合同终止日期，或选择无固定期限。",
        "A contract has a last day or is open-ended, and not both.",
        "Give the last day, or say that it is open-ended.",
    ),
    Reason.ACCOUNT_NEEDED: _build_wording(
        "未选择收款的银行账户。", "请选择或新增本单位的银行账户。",
        "No account is chosen to be paid into.", "Choose one of the unit's accounts, or add one.",
    ),
    Reason.ACCOUNT_NOT_ASKED: _build_wording(
        "补贴由本人享受的申报，付至本人账户，不选择单位账户。", "请去掉银行账户。",
        "Each person of this claim is paid into their own account, and no unit's.",
        "Leave the bank account out.",
    ),
    Reason.ROSTER_OTHER_KIND: _build_wording(
        "与所选花名册的类型、参保地或享受对象不一致。", "请按该花名册的类型、参保地和享受对象填写。",
        "The kind, place or beneficiary is another than that of the roster named.",
        "Give the same kind, place and beneficiary.",
    ),
    Reason.NOTHING_TO_CORRECT: _build_wording(
        "花名册没有未通过的人员。", "无需更正。",
        "The roster has no rows that failed.", "There is nothing to correct.",
    ),
    Reason.BENEFICIARY_NEEDED: _build_wording(
        "未选择补贴享受对象。", "请选择个人或单位。",
        "The beneficiary is missing.", "Say whether the person or the unit is paid.",
    ),
    Reason.BENEFICIARY_NOT_ASKED: _build_wording(
        "此类花名册不选择补贴享受对象。", "请去掉享受对象。",
        "This kind of roster has no beneficiary to choose.", "Leave the beneficiary out.",
    ),
    Reason.COLUMN_LACKING: _build_wording(
        "缺少列“{heading}”。", "请勿删除或修改表头，可重新下载模板填写。",
        "The column {heading} is missing.",
        "Neither remove nor rename headings; the template can be downloaded again.",
    ),
    Reason.COLUMN_UNKNOWN: _build_wording(
        "第{number}列不是模板中的列。", "请删除模板以外的列。",
        "Column {number} is not one of the template's.", "Remove whatever is not of the template.",
    ),
    Reason.MERGED_CELLS: _build_wording(
        "存在合并单元格（{ranges}）。", "请取消合并，每个单元格单独填写。",
        "Cells are merged ({ranges}).", "Split them, and fill in each cell by itself.",
    ),
    Reason.CELL_EMPTY: _build_wording(
        "“{heading}”未填写。", "请填写。",
        "{heading} is empty.", "Fill it in.",
    ),
    Reason.CELL_BEYOND: _build_wording(
        "此单元格在模板的列以外。", "请清除该单元格的内容。",
        "This cell lies outside the template's columns.", "Clear it.",
    ),
    Reason.CELL_IS_FORMULA: _build_wording(
        "此单元格是公式。", "请直接填写内容，或复制后以“值”粘贴。",
        "This cell is a formula.", "Write the value itself, or paste it as a value.",
    ),
    Reason.CELL_IS_NUMBER: _build_wording(
        "“{heading}”是数字格式，Excel会丢失15位以后的数字。", "请将单元格设为文本格式后重新填写全部号码。",
        "{heading} is a number; Excel destroys its 16th and later digits.",
        "Format the cell as text, and type the whole number again.",
    ),
    Reason.PERSON_TWICE: _build_wording(
        "此人与第{line}行是同一人。", "每人只填写一行，请保留正确的一行。",
        "This is the person of row {line}.", "Each person has one row: keep the right one.",
    ),
    Reason.PERSON_PASSED_BEFORE: _build_wording(
        "此人在被更正的花名册第{line}行已通过。", "更正时只填写未通过的人员，请删除本行。",
        "This person passed in row {line} of the roster that is corrected.",
        "A correction has only those who failed: remove the row.",
    ),
    Reason.CLASS_NEEDED: _build_wording(
        "未选择培训班。", "请选择本单位的培训班。",
        "The class is missing.", "Choose one of the unit's own training classes.",
    ),
    Reason.CLASS_NOT_ASKED: _build_wording(
        "此类花名册不选择培训班。", "请去掉培训班。",
        "This kind of roster is of no class.", "Leave the class out.",
    ),
    Reason.PLACE_NEEDED: _build_wording(
        "未选择单位参保地。", "请选择单位参保地。",
        "The place of insurance is missing.", "Say where the persons are insured.",
    ),
    Reason.PLACE_NOT_ASKED: _build_wording(
        "此类花名册不选择单位参保地，以培训班所属单位的地区为准。", "请去掉参保地。",
        "This kind of roster has the place of its class's unit.", "Leave the place out.",
    ),
    Reason.NOT_A_TRAINEE: _build_wording(
        "此人不是本培训班的学员。", "请核对号码，或删除本行；成绩只能导入学员所在的培训班。",
        "This is not a trainee of the class.",
        "Check the number, or remove the row; scores are imported for the trainee's own class.",
    ),
    Reason.TRAINEE_NAMED_OTHERWISE: _build_wording(
        "姓名与该号码的学员不一致。", "请核对姓名和号码是否属于同一名学员。",
        "The trainee with this number has another name.",
        "See to it that name and number are of the same trainee.",
    ),
    Reason.SCORES_OF_OTHER_CLASS: _build_wording(
        "此行是其他培训班的成绩，所选培训班的期号为{number}。", "请选择成绩所属的培训班，或重新下载该班的成绩表。",
        "This row is of another class; the one chosen has the number {number}.",
        "Choose the class that the scores are of, or download that one's sheet again.",
    ),
    Reason.NOBODY_TO_COMPLETE: _build_wording(
        "本培训班没有未结业的学员。", "无需导出；可以申报班级结业。",
        "All of the class's trainees have completed it.",
        "There is nobody to score: file the class's completion.",
    ),
    Reason.ROSTER_WRONG_KIND: _build_wording(
        "花名册类型不符（{kind}）。", "请选择类型为{wanted}的花名册。",
        "The roster is of the kind {kind}.", "Choose one of the kind {wanted}.",
    ),
    Reason.NOBODY_PASSED: _build_wording(
        "花名册中没有通过的人员。", "请按未通过的原因更正后重新上传。",
        "Nobody in the roster passed.", "Correct the rows that failed and upload them.",
    ),
    Reason.WORKBOOK_ENCRYPTED: _build_wording(
        "文件设有密码。", "请去掉密码后重新上传。",
        "The workbook is protected by a password.", "Take the password off and upload it again.",
    ),
    Reason.WORKBOOK_OTHER_FORMAT: _build_wording(
        "文件是其他格式（{format}），不是xlsx工作簿。", "请用Excel或WPS打开，另存为xlsx文件；只改扩展名无效。",
        "The file is of another format ({format}), no xlsx workbook.",
        "Open it in Excel or WPS and save it as xlsx; a new name alone changes nothing.",
    ),
    Reason.SHEETS_BESIDE: _build_wording(
        "只读取工作表“{sheet}”，其他工作表也有内容：{others}。", "请将人员并入“{sheet}”，或删除其他工作表后重新上传。",
        "Only the sheet {sheet} is read, and other sheets hold something too: {others}.",
        "Bring all rows into {sheet}, or delete the other sheets.",
    ),
    Reason.SHEET_HIDDEN: _build_wording(
        "工作表“{sheet}”已隐藏。", "请取消隐藏，核对内容后重新上传。",
        "The sheet {sheet} is hidden.", "Unhide it, check what it says and send it again.",
    ),
    Reason.ROWS_HIDDEN: _build_wording(
        "工作表“{sheet}”有{count}行已隐藏（第{rows}行）。", "请取消隐藏，删除不需要的行后重新上传。",
        "{count} rows of the sheet {sheet} are hidden: {rows}.",
        "Unhide them, delete those that are not meant and send it again.",
    ),
    Reason.ROWS_FILTERED: _build_wording(
        "工作表“{sheet}”有{count}行被筛选隐藏（第{rows}行）。", "请清除筛选，删除不需要的行后重新上传。",
        "A filter hides {count} rows of the sheet {sheet}: {rows}.",
        "Clear the filter, delete the rows that are not meant and send it again.",
    ),
    Reason.COLUMNS_HIDDEN: _build_wording(
        "工作表“{sheet}”有已隐藏的列（{columns}）。", "请取消隐藏，核对内容后重新上传。",
        "Columns of the sheet {sheet} are hidden: {columns}.",
        "Unhide them, check what they say and send it again.",
    ),
    Reason.CELL_IS_ERROR: _build_wording(
        "“{heading}”显示错误值（如#N/A）或未显示完整（###）。", "请改正公式或加宽列，直接填写内容；没有内容的请清空。",
        "{heading} shows an error such as #N/A, or ### for want of room.",
        "Correct it and write the value itself; clear the cell if there is none.",
    ),
    Reason.CELL_NOT_COMPUTED: _build_wording(
        "“{heading}”是没有计算结果的公式。", "请用Excel打开并保存，或以“值”粘贴。",
        "{heading} is a formula without a value.",
        "Open the file in Excel and save it, or paste the cell as a value.",
    ),
    Reason.DAY_IS_SERIAL: _build_wording(
        "日期显示为数字（Excel序列值），无法确认。", "请将单元格设为日期格式，或按2024-10-01的格式填写。",
        "The day is a bare number, as Excel counts days.",
        "Format the cell as a date, or write it as 2024-10-01.",
    ),
    Reason.WORKBOOK_MACROS: _build_wording(
        "文件含有宏。", "请另存为不含宏的xlsx文件后上传。",
        "The workbook contains macros.", "Save it as an xlsx file without macros.",
    ),
    Reason.WORKBOOK_EXTERNAL_LINKS: _build_wording(
        "文件链接了其他文件。", "请断开外部链接，以“值”粘贴后重新上传。",
        "The workbook is linked with other files.", "Break the links, keep the values.",
    ),
    Reason.WORKBOOK_BOMB: _build_wording(
        "文件解压后过大（{mib}MB）。", "请使用模板重新填写。",
        "The file is far too large once unpacked ({mib} MB).", "Fill in the template anew.",
    ),
    Reason.WORKBOOK_DAMAGED: _build_wording(
        "文件已损坏，或不是Excel工作簿（xlsx）。", "请用Excel打开并另存为xlsx文件后上传。",
        "The file is damaged, or is no Excel workbook (xlsx).",
        "Open it in Excel, save it as xlsx and upload that.",
    ),
    Reason.WORKBOOK_TOO_LONG: _build_wording(
        "第{line}行超出行数上限（{most}行）。", "请分成多个文件上传；多余的空白行请删除。",
        "Row {line} is beyond the most rows that a file may have ({most}).",
        "Split the file; delete what stands far below the last person.",
    ),
    Reason.WORKBOOK_TOO_WIDE: _build_wording(
        "第{line}行超出列数上限（{most}列）。", "请删除模板以外的列。",
        "Row {line} has cells beyond the most columns that a file may have ({most}).",
        "Remove whatever is not of the template.",
    ),
    Reason.WORKBOOK_TOO_COSTLY: _build_wording(
        "文件无法在允许的时间和内存内读取。", "请使用模板重新填写，或分成多个文件。",
        "The file can't be read within the time and memory that are allowed.",
        "Fill in the template anew, or split the file.",
    ),
    Reason.READING_STOPPED: _build_wording(
        "文件读取被中断，与文件内容无关。", "请重新发送。",
        "Reading the file was stopped from outside; nothing is wrong with the file.",
        "Send it again.",
    ),
    Reason.LINE_NOT_PAYABLE: _build_wording(
        "明细当前状态（{state}）不能发放。", "请只选择待发放的明细。",
        "The line is {state}, and not to be paid now.", "Choose lines that are payable.",
    ),
    Reason.LINE_NOT_PAID: _build_wording(
        "明细尚未发放。", "发放后方可办理。", "The line has not been paid.", "Wait until it is paid.",
    ),
    Reason.LINE_NOT_SENT_BACK: _build_wording(
        "明细不是发放环节退回的明细，也未被剔除或公示不通过。",
        "只有发放环节退回的明细可以恢复待发放，只有被剔除、不通过的人员可以恢复申报资格。",
        "The line was neither sent back from disbursement, nor struck, refused or failed.",
        "Only lines that were can be readmitted.",
    ),
    Reason.LINES_EXPECTED: _build_wording(
        "符合条件的待发放明细为{found}条，与预期的{expected}条不符。", "请重新查询后再生成批次。",
        "{found} lines are payable, not {expected}.", "List them again, then make the batch.",
    ),
    Reason.CONTROLS_NOT_PASSED: _build_wording(
        "发放前风险核验未通过：{findings_zh}。", "请核实或补充数据后重新核验，或剔除该明细。",
        "Risk controls did not pass before payment: {findings_en}.",
        "Have the facts corrected or loaded and try again, or strike the line.",
    ),
    Reason.PAYEE_NOT_THE_PERSON: _build_wording(
        "收款账户不是享受人本人的账户。", "请申报单位更正收款账户后重新申报。",
        "The account to be paid is not in the person's own name.",
        "The claim has to name the person's own account.",
    ),
    Reason.PAYEE_NOT_THE_UNIT: _build_wording(
        "收款账户不是本单位账户，也不是清算组账户。", "请单位使用与单位名称一致的账户；申报终止后可使用清算组账户。",
        "The account to be paid is neither the unit's own nor its liquidator's.",
        "Use an account in the unit's present name; a liquidator's once the declaration has ended.",
    ),
    Reason.PAYMENT_UNKNOWN: _build_wording(
        "付款编号不存在。", "请核对付款编号。", "There is no payment of this reference.", "Check the reference.",
    ),
    Reason.TRANSFER_IN_PARTS: _build_wording(
        "该笔明细与同一账户的其他明细合并支付。", "请同时选择合并支付的全部明细，或先取消批次。",
        "The line is paid in one transfer together with others.",
        "Name all lines of the transfer, or cancel the batch first.",
    ),
    Reason.PAYMENT_ELSEWHERE: _build_wording(
        "该付款属于其他批次。", "请在所属批次中导入。",
        "The payment belongs to another batch.", "Import the row with its own batch.",
    ),
    Reason.PAYMENT_TWICE: _build_wording(
        "同一付款编号出现多次。", "请核对后只保留一行。",
        "The reference is there more than once.", "Keep the one row that is right.",
    ),
    Reason.PAYMENT_DEBITED_TWICE: _build_wording(
        "该付款已按流水号{known}登记为成功，银行又给出另一流水号。",
        "请与银行核实是否重复扣款；已登记的结果不会被覆盖。",
        "The payment is on file as made under {known}; this is another serial number.",
        "Ask the bank whether it was debited twice; what is on file is not overwritten.",
    ),
    Reason.PAID_BEFORE_BATCH: _build_wording(
        "付款日期早于批次生成日期{made}。", "请与银行核对付款日期。",
        "The day of payment is before {made}, when the batch was made.",
        "Check the day with the bank.",
    ),
    Reason.BATCH_ANSWERED: _build_wording(
        "银行已给出批次中{count}笔付款的结果，批次不能取消。", "请等待其余结果；已发放的只能追回。",
        "The bank told the results of {count} of its payments.",
        "Wait for the others; what is paid can only be clawed back.",
    ),
    Reason.PAYMENT_AMOUNT_DIFFERS: _build_wording(
        "金额{amount}元与应付金额{expected}元不符。", "请与银行核对金额。",
        "The amount is {amount} yuan, but {expected} were to be paid.", "Settle the difference with the bank.",
    ),
    Reason.PAYMENT_SETTLED: _build_wording(
        "该付款已有不同的结果（{state}）。", "请与银行核对；已登记的结果不会被覆盖。",
        "The payment has another outcome already ({state}).",
        "Settle it with the bank; what is on file is not overwritten.",
    ),
    Reason.PAYMENT_STANDS: _build_wording(
        "明细已在其他批次中或已发放。", "请重新查询待发放明细。",
        "The line is in another batch or paid already.", "List the payable lines again.",
    ),
    Reason.RESULT_UNREADABLE: _build_wording(
        "结果无法识别。", "请填写：成功、失败。", "The outcome is unknown.", "Write PAID or FAILED.",
    ),
    Reason.CLAWBACK_EXISTS: _build_wording(
        "该明细已有追回。", "请先办理已提出的追回。",
        "A clawback of this line was proposed already.", "Have that one decided first.",
    ),
    Reason.LINE_ACCOUNT_FIXED: _build_wording(
        "此时不能更正明细的收款账户。", "审核通过前请修改申报；已进入发放批次的，银行退回后方可更正。",
        "The line's account can't be corrected now.",
        "Before the approval, change the claim; once in a batch, wait whether the bank returns it.",
    ),
    Reason.ACCOUNT_NOT_NAMED: _build_wording(
        "申报单位尚未更正收款账户。", "请先由申报单位填写新的收款账户。",
        "No other account was named.", "Its owner names one first.",
    ),
    Reason.ACCOUNT_UNCONFIRMED: _build_wording(
        "更正后的收款账户尚未确认。", "请先由审核人员确认收款账户。",
        "The account that was named is not confirmed yet.", "An officer confirms it first.",
    ),
    Reason.CLAWED_BACK_WHOLLY: _build_wording(
        "已发放的金额已全部追回。", "无需再提出追回。",
        "All of what was paid is clawed back.", "Nothing is left to claw back.",
    ),
    Reason.RECOVERED_WHOLLY: _build_wording(
        "应追回的金额已全部收回。", "无需再登记。",
        "All of it came back already.", "Nothing is left to enter.",
    ),
    Reason.RECOVERY_TOO_MUCH: _build_wording(
        "收回金额须大于0，且不超过尚未收回的{left}元。", "请更正收回金额。",
        "What came back is more than 0 and at most {left} yuan.", "Correct the amount.",
    ),
    Reason.RECOVERED_BEFORE: _build_wording(
        "收回日期早于追回确认日期{confirmed}。", "请更正收回日期。",
        "It came back before the clawback was confirmed on {confirmed}.", "Correct the day.",
    ),
    Reason.CLAWBACK_TOO_MUCH: _build_wording(
        "追回金额须大于0，且不超过已发放的{paid}元。", "请更正追回金额。",
        "A clawback is of more than nothing and at most the {paid} yuan paid.", "Correct the amount.",
    ),
    Reason.PARQUET_DAMAGED: _build_wording(
        "文件不是完整的Parquet文件。", "请重新导出后再导入。",
        "This is no whole Parquet file.", "Export it again.",
    ),
    Reason.PARQUET_COLUMN_TYPE: _build_wording(
        "列“{column}”的类型（{type}）无法读取。", "请导出为文本、日期、整数或布尔类型，或去掉该列。",
        "The column {column} is of a type ({type}) that can't be read.",
        "Write it as text, date, integer or boolean, or leave it out.",
    ),
    Reason.PARAMETER_MISSING: _build_wording(
        "缺少政策参数“{key}”（{region}，{date}）。", "请联系省级管理员设置。",
        "No policy parameter {key} for {region} on {date}.", "Ask a province administrator to set it.",
    ),
    Reason.PARAMETER_UNCONFIRMED: _build_wording(
        "政策参数尚未确认：{keys}。", "请省级管理员确认参数后再审核。",
        "Unconfirmed policy parameters were used: {keys}.",
        "A province administrator confirms them, then the claim can be approved.",
    ),
    Reason.PARAMETER_KEY_UNKNOWN: _build_wording(
        "没有此政策参数。", "请核对参数名称。", "There is no such parameter.", "Check the key."
    ),
    Reason.PARAMETER_VALUE_MALFORMED: _build_wording(
        "参数值格式不正确。", "请按参数类型填写，例如：{example}。",
        "The value is not of the parameter's kind.", "Write it like this: {example}.",
    ),
    Reason.PARAMETER_TOO_PRECISE: _build_wording(
        "参数值小数位数过多。", "此参数最多保留{places}位小数。",
        "The value has too many decimal places.", "It has at most {places} of them.",
    ),
    Reason.PARAMETER_OUT_OF_RANGE: _build_wording(
        "参数值超出合理范围。", "请填写{least}至{most}之间的值。",
        "The value is out of all reason.", "It lies between {least} and {most}.",
    ),
    Reason.PARAMETER_DECIDED: _build_wording(
        "参数已审定。", "如须修改，请重新提出。",
        "The parameter was decided already.", "Propose a new one to change it.",
    ),
    Reason.PARAMETER_WITHDRAWN: _build_wording(
        "参数已由提出人撤回。", "如仍需要，请重新提出。",
        "Whoever proposed the parameter withdrew it.", "Propose it anew if it is still wanted.",
    ),
    Reason.PARAMETER_OF_ANOTHER: _build_wording(
        "只有提出人可以撤回参数。", "如不同意，请由其他管理员否决。",
        "Only who proposed the parameter withdraws it.", "If you don't agree, refuse it.",
    ),
    Reason.CATEGORY_UNKNOWN: _build_wording(
        "没有此类别。", "请核对类别。", "There is no such category.", "Check the category."
    ),
    Reason.REGION_OUTSIDE: _build_wording(
        "行政区划超出您的管辖范围。", "请选择辖区内的行政区划。",
        "The region lies outside your own.", "Choose a region of your own tree.",
    ),
    Reason.COLUMN_MISSING: _build_wording(
        "缺少列：{names}（{column}）。", "请在首行补充该列；英文和中文列名均可。",
        "The column {column} ({names}) is missing.", "Add it to the first line; either name will do.",
    ),
    Reason.COLUMN_TWICE: _build_wording(
        "同一列出现两次。", "请删除其中一列。", "A column is there twice.", "Remove one of the two."
    ),
    Reason.CELLS_DIFFER: _build_wording(
        "本行有{cells}格，首行有{columns}列。", "请核对逗号和引号。",
        "This row has {cells} cells, the first line {columns} columns.",
        "Check its commas and quotation marks.",
    ),
    Reason.NOT_A_FLAG: _build_wording(
        "须填写是或否。", "请填写：是、否，或留空。",
        "This must be yes or no.", "Write yes, no, or leave it empty.",
    ),
    Reason.NOT_A_SCHOOLING: _build_wording(
        "学历无法识别。", "请填写如：大学本科、大学专科、中等专科、技工学校。",
        "This schooling is unknown.", "Write for instance BACHELOR or JUNIOR_COLLEGE.",
    ),
    Reason.NOT_A_STANDING: _build_wording(
        "登记状态无法识别。", "请填写：存续、歇业、吊销或注销。",
        "This standing in the register is unknown.", "Write for instance ACTIVE or DEREGISTERED.",
    ),
    Reason.AFTER_AS_OF: _build_wording(
        "日期晚于数据截止日期{day}。", "请核对日期，或核对数据截止日期（--as-of、asOf）。",
        "The date lies after {day}, as of which the file was made.",
        "Check the date, or what --as-of or asOf says.",
    ),
    Reason.PERSON_UNNAMED: _build_wording(
        "查无此人，且本行未填姓名，无法建立人员档案。", "请补充姓名列，或先导入人员数据。",
        "The person is not on file, and the row has no name to put them on file by.",
        "Add the name, or load the persons first.",
    ),
    Reason.PERSON_NOWHERE: _build_wording(
        "查无此人，且无法确定其行政区划。", "请补充行政区划列，或指定行政区划（--region、region）。",
        "The person is not on file, and no region is known for them.",
        "Add the region's column, or name one with --region or region.",
    ),
    Reason.CALENDAR_MISSING: _build_wording(
        "{year}年的工作日历尚未录入，无法计算工作日。", "请管理员先录入{year}年节假日及调休安排。",
        "The working days of {year} are not known yet.",
        "Ask an administrator to enter that year's holidays and make-up days.",
    ),
    Reason.DAY_OUTSIDE_YEAR: _build_wording(
        "该日期不在{year}年内。", "请核对日期或年份。",
        "The day does not lie in {year}.", "Check the day, or the year.",
    ),
    Reason.WORKED_ANYWAY: _build_wording(
        "该日期为正常工作日，无需登记为调休上班日。", "请核对日期；放假日请填写不上班。",
        "This weekday is worked anyway; it makes up for nothing.",
        "Check the day; a holiday is one that is not worked.",
    ),
    Reason.PUBLICITY_IN_PAST: _build_wording(
        "公示开始日期早于今天（{today}）。", "请选择今天或以后的日期。",
        "The publicity would begin before today, {today}.", "Choose today or a later day.",
    ),
    Reason.PUBLICITY_TOO_FAR: _build_wording(
        "公示日期过远，超过{days}天。", "请核对年份和日期。",
        "The day lies more than {days} days ahead.", "Check the year and the day.",
    ),
    Reason.WORKING_DAYS_TOO_FEW: _build_wording(
        "公示期不足{days}个工作日。", "公示结束日期不得早于{least}。",
        "The publicity is shorter than {days} working days.", "Let it last until {least} at least.",
    ),
    Reason.CALENDAR_DAYS_TOO_FEW: _build_wording(
        "公示期不足{days}天。", "公示结束日期不得早于{least}。",
        "The publicity is shorter than {days} days.", "Let it last until {least} at least.",
    ),
    Reason.KIND_DIFFERS: _build_wording(
        "该明细属于其他补贴类型（{kind}）。", "请按补贴类型分批公示。",
        "The line is of another kind of claim ({kind}).", "Publish each kind by itself.",
    ),
    Reason.PUBLICITY_RUNNING: _build_wording(
        "公示期至{last}结束，尚未届满。", "请在公示期届满后的次日办理。",
        "The publicity lasts until the end of {last}.", "Wait until the day after.",
    ),
    Reason.PUBLICITY_OVER: _build_wording(
        "不在公示期内，不能提出异议。", "请拨打咨询电话{hotline}反映情况。",
        "Objections are taken during the publicity alone.", "Call {hotline} instead.",
    ),
    Reason.OBJECTION_OPEN: _build_wording(
        "有{count}件异议尚未处理。", "请先处理异议。",
        "{count} objections are not settled yet.", "Settle them first.",
    ),
    Reason.OBJECTION_UPHELD: _build_wording(
        "异议成立，公示不能通过。", "请按公示不通过办理。",
        "An objection was upheld.", "Let the publicity of the line fail.",
    ),
    Reason.OBJECTION_UNKNOWN: _build_wording(
        "没有这个异议编号。", "请核对编号，或拨打{hotline}。",
        "No objection has this number.", "Check the number, or call {hotline}.",
    ),
    Reason.COURSE_CODE_MALFORMED: _build_wording(
        "项目编号须为2至32位数字、大写字母或连字符，且不以连字符开头。", "请核对项目编号。",
        "A course's code has 2 to 32 digits, letters or hyphens, and begins with no hyphen.",
        "Check the code.",
    ),
    Reason.COURSE_CODE_TAKEN: _build_wording(
        "该项目编号已由其他地区使用。", "请使用其他项目编号。",
        "Another region offers a course under this code.", "Choose another code.",
    ),
    Reason.COURSE_FREE: _build_wording(
        "收费标准为0的项目没有补贴。", "请填写每人的培训费用（元）。",
        "A course without a fee is not subsidised.", "Enter what it costs a person, in yuan.",
    ),
    Reason.COURSE_WITHDRAWN: _build_wording(
        "该培训项目已下架。", "请选择开放的培训项目。",
        "The course is offered no more.", "Choose a course that is.",
    ),
    Reason.COURSE_OUTDATED: _build_wording(
        "该培训项目已有新版次。", "请重新查询培训项目，选择现行版次。",
        "The course has a later edition.", "Read the courses again, and choose the one that counts.",
    ),
    Reason.OPENING_IN_PAST: _build_wording(
        "计划开班日期早于今天（{today}）。", "请修改开班日期。",
        "The planned opening lies before today, {today}.", "Choose another day.",
    ),
    Reason.CLASS_CLAIMED: _build_wording(
        "已有补贴申报涉及该培训班，不能撤销，也不能更换培训项目。",
        "请先剔除相关明细，或由单位撤回补贴申报。",
        "A claim stands on the class: it is neither revoked nor given another course.",
        "Strike the claim's lines, or have it withdrawn first.",
    ),
    Reason.CLASS_COMPLETING: _build_wording(
        "培训班已有结业申请，不能撤销。", "已审核的结业先由审核人员撤销，再由单位撤回结业申请。",
        "The class has a completion.", "Have it withdrawn first, and revoked before if it is approved.",
    ),
    Reason.CHOICE_UNCLEAR: _build_wording(
        "请选择记录，或按条件筛选，二者选其一。", "请只填写其中一种。",
        "Records are either listed or filtered.", "Give one of the two.",
    ),
    Reason.COUNT_DIFFERS: _build_wording(
        "按条件共有{found}条，与预期的{expected}条不符。", "请刷新列表，核对后重新提交。",
        "The filter finds {found} records instead of {expected}.", "Read the list again, then decide.",
    ),
    Reason.FILTER_UNFIT: _build_wording(
        "此类记录不能按该条件筛选。", "请去掉该条件。",
        "Records of this kind have nothing to filter by here.", "Leave this condition out.",
    ),
    Reason.LOAD_UNDER_WAY: _build_wording(
        "另一批外部数据正在导入。", "请稍后重新发送，内容相同不会重复导入。",
        "Other facts are being loaded.", "Send it again in a while; nothing is loaded twice.",
    ),
    Reason.INDEX_KEYS_CHANGING: _build_wording(
        "正在更换索引密钥，暂不能导入官方登记手机号码。", "请在密钥更换完成后重新导入。",
        "Index keys are being changed: official mobiles can't be loaded meanwhile.",
        "Load them again once the former key is gone.",
    ),
    Reason.PERSON_OUTSIDE: _build_wording(
        "此人不在本账号所辖行政区划内。", "请由其所在地的数据提供方报送，或核对行政区划。",
        "The person does not belong to this account's region.",
        "Let the supplier of their region send it, or check the region.",
    ),
    Reason.FACT_CONTRADICTED: _build_wording(
        "与第{line}行是同一事实，但内容不同。", "请只保留正确的一行。",
        "Line {line} tells the same fact otherwise.", "Keep the one that is right.",
    ),
}  # fmt: skip


class _FigureDict(dict[str, str]):
    """Figures for a sentence; one that is missing shows as a dash, never as a failure."""

    def __missing__(self, key: str) -> str:
        return "-"


NO_ACTION_CURES = ("目前无可办操作。", "Nothing can be done with it now.")
"""What is said in place of an empty list of what may be done."""


def format_fault(fault: Fault, language: Language) -> Words:
    """Return in words what is wrong and what would cure it."""
    wording = WORDING[fault.reason]
    words = wording.zh if language is Language.ZH else wording.en
    if fault.reason is Reason.WRONG_STATUS and fault.figures.get("possible") == NO_ACTIONS_TEXT:
        words = Words(words.text, NO_ACTION_CURES[language is not Language.ZH])
    say = format_chinese_figure if language is Language.ZH else format_english_figure
    figures = _FigureDict({name: say(name, text) for name, text in fault.figures.items()})
    return Words(words.text.format_map(figures), words.cure.format_map(figures))
