"""The risk controls 风控点, one by one: what each asks, of whom, on what evidence (X3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import ClaimKind, HireGroup
from rules.kernel.finding import Control, Sentence
from rules.kernel.refusal import Reason

_HIRES = (ClaimKind.HIRING, ClaimKind.SERVICE)
_MENTORING = (ClaimKind.MENTORING,)
_TRAINING = (ClaimKind.TRAINING,)
_UNEMPLOYED = (HireGroup.REGISTERED_UNEMPLOYED,)
_MIGRANTS = (HireGroup.MIGRANT_WORKER,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlDeclaration:
    """A risk control: its rule, what it asks and looks at, which figures decide, and of whom.

    `number` is that of the Sichuan manual 风控点; `groups` are those of the hired whom it is about,
    all where it names none. `fails` and `unknown` are the reasons that it may give. One that is
    `overridable` may be set aside by an officer with a reason (原则上); no other may.
    """

    control: Control
    rule: str
    name: Sentence
    asks: Sentence
    evidence: Sentence
    kinds: tuple[ClaimKind, ...]
    fails: tuple[Reason, ...]
    unknown: tuple[Reason, ...] = ()
    parameters: tuple[str, ...] = ()
    groups: tuple[HireGroup, ...] = ()
    number: int | None = None
    overridable: bool = False

    def applies_to(self, kind: ClaimKind, group: HireGroup | None) -> bool:
        """Return whether a claim of a kind meets the control, for a hire of a group (S13)."""
        return kind in self.kinds and (not self.groups or group in self.groups)


CONTROL_DECLARATIONS: Sequence[ControlDeclaration] = (
    ControlDeclaration(
        control=Control.ENTERPRISE_SIZE,
        rule="S4",
        name=Sentence("中小微企业", "small or medium enterprise"),
        asks=Sentence(
            "申报单位在吸纳之日（培训为开班之日）属于政策规定的企业规模。",
            "On the day of the hire, or of the class's opening, the enterprise is of a size that "
            "the subsidy is for.",
        ),
        evidence=Sentence(
            "审核通过且在该日有效的单位资质（企业规模）",
            "the unit's approved qualification (enterprise size) that holds on that day",
        ),
        kinds=(ClaimKind.HIRING, ClaimKind.TRAINING),
        fails=(Reason.SIZE_NOT_SHOWN, Reason.SIZE_NOT_SUPPORTED),
        parameters=("enterprise.size",),
    ),
    ControlDeclaration(
        control=Control.AGENCY_LICENCE,
        rule="S12",
        name=Sentence("人力资源服务许可", "agency licence"),
        asks=Sentence(
            "申报机构在被服务人员就业之日持有有效许可。",
            "On the day of the hire the agency holds a licence.",
        ),
        evidence=Sentence(
            "审核通过且在该日有效的单位资质（人力资源服务许可）",
            "the unit's approved qualification (agency licence) that holds on that day",
        ),
        kinds=(ClaimKind.SERVICE,),
        fails=(Reason.LICENCE_NOT_SHOWN,),
    ),
    ControlDeclaration(
        control=Control.INSURED_NOW,
        rule="S5",
        name=Sentence("当前在本企业参保", "insured at the enterprise now"),
        asks=Sentence(
            "当前（已导入的最近月份）在就业企业有社会保险缴费到账。",
            "For the latest month loaded, a contribution by the employing enterprise is on file.",
        ),
        evidence=Sentence(
            "社保缴费记录（只看该企业为其缴纳的）",
            "insurance contributions, those by that enterprise alone",
        ),
        kinds=_HIRES,
        fails=(Reason.NOT_INSURED_NOW,),
        unknown=(Reason.NOW_UNKNOWN, Reason.PARAMETER_MISSING),
        parameters=("insurance.lag_months",),
        number=1,
    ),
    ControlDeclaration(
        control=Control.INSURANCE_PLACE,
        rule="S10",
        name=Sentence("参保地", "place of insurance"),
        asks=Sentence(
            "花名册所选的参保地是就业企业为其缴费的地方。",
            "The place that the roster states is where the employing enterprise's contributions "
            "were posted.",
        ),
        evidence=Sentence(
            "社保缴费记录中最近月份的参保地（只看该企业为其缴纳的）",
            "where the latest contribution was posted, by that enterprise alone",
        ),
        kinds=_HIRES,
        fails=(Reason.INSURANCE_PLACE_DIFFERS,),
        unknown=(Reason.INSURANCE_PLACE_UNKNOWN,),
    ),
    ControlDeclaration(
        control=Control.CONTRACT_TERM,
        rule="S6",
        name=Sentence("劳动合同期限", "the contract's term"),
        asks=Sentence(
            "劳动合同期限已载明且不少于规定月数（无固定期限视为符合），并与备案合同一致。",
            "The term is stated, long enough or open-ended, and that of the contract on file.",
        ),
        evidence=Sentence(
            "花名册所填合同期限；与该企业的备案劳动合同",
            "the roster's row; the labour contract with that enterprise on file",
        ),
        kinds=_HIRES,
        fails=(Reason.CONTRACT_TOO_SHORT, Reason.CONTRACT_DIFFERS, Reason.CONTRACT_NOT_ON_FILE),
        unknown=(Reason.CONTRACT_NOT_TOLD, Reason.PARAMETER_MISSING),
        parameters=("hiring.contract_months",),
        number=2,
    ),
    ControlDeclaration(
        control=Control.REGISTERED_UNEMPLOYED,
        rule="S7",
        name=Sentence("登记失业满规定期限", "registered unemployed for long enough"),
        asks=Sentence(
            "吸纳之日失业登记仍有效，且登记已满规定月数。",
            "On the day of the hire an unemployment registration stands, and has for long enough.",
        ),
        evidence=Sentence("失业登记记录", "unemployment registrations"),
        kinds=_HIRES,
        fails=(Reason.NO_STANDING_REGISTRATION, Reason.UNEMPLOYED_TOO_SHORT),
        unknown=(Reason.REGISTRATION_UNKNOWN, Reason.PARAMETER_MISSING),
        parameters=("hiring.unemployed_months",),
        groups=_UNEMPLOYED,
        number=3,
    ),
    ControlDeclaration(
        control=Control.TRANSFER_EMPLOYMENT,
        rule="S8",
        name=Sentence("转移就业记录", "transfer-employment record"),
        asks=Sentence("有转移就业记录。", "A transfer-employment record exists."),
        evidence=Sentence("转移就业记录", "transfer-employment records"),
        kinds=_HIRES,
        fails=(Reason.NO_TRANSFER,),
        unknown=(Reason.TRANSFER_UNKNOWN,),
        groups=_MIGRANTS,
        number=4,
    ),
    ControlDeclaration(
        control=Control.NOT_INSURED_BEFORE,
        rule="S9",
        name=Sentence("吸纳前未在本单位参保", "not insured here before"),
        asks=Sentence(
            "在本单位本次连续缴费首月之前的规定月数内，未在本单位参保。",
            "In the months before the current unbroken run of contributions began, none was paid "
            "by this unit.",
        ),
        evidence=Sentence(
            "社保缴费记录（只看该单位为其缴纳的）",
            "insurance contributions, those by that unit alone",
        ),
        kinds=(ClaimKind.HIRING,),
        fails=(Reason.INSURED_BEFORE,),
        unknown=(Reason.INSURANCE_UNKNOWN, Reason.PARAMETER_MISSING),
        parameters=("hiring.uninsured_months_before",),
        groups=_MIGRANTS,
        number=5,
    ),
    ControlDeclaration(
        control=Control.PROGRAMME_PERIOD,
        rule="S31",
        name=Sentence("政策执行期", "within the programme"),
        asks=Sentence(
            "吸纳之日（培训为开班之日）在政策执行期内。",
            "The hire, or the class's opening, is within the programme's period.",
        ),
        evidence=Sentence(
            "合同起始日期；在该企业本次连续缴费首月早于合同起始月的，为该月首日（S32）；"
            "培训班的开班日期",
            "the contract's first day, or the first day of the run of contributions where its "
            "first month is an earlier one (S32); the day on which the class opens",
        ),
        kinds=(*_HIRES, *_TRAINING),
        fails=(Reason.OUTSIDE_PROGRAMME, Reason.NO_PROGRAMME),
        parameters=("programme.period",),
    ),
    ControlDeclaration(
        control=Control.INSURED_STAFF,
        rule="S20",
        name=Sentence("本企业参保职工", "the enterprise's own insured staff"),
        asks=Sentence(
            "开班当月由本企业缴纳社会保险；该月数据尚未导入的，以已导入的最近月份为准。",
            "The enterprise pays contributions for the month of the opening; until that month is "
            "loaded, for the latest month loaded.",
        ),
        evidence=Sentence(
            "社保缴费记录（只看本企业为其缴纳的）",
            "insurance contributions, those by the enterprise alone",
        ),
        kinds=_TRAINING,
        fails=(Reason.NOT_INSURED_NOW,),
        unknown=(Reason.NOW_UNKNOWN, Reason.PARAMETER_MISSING),
        parameters=("insurance.lag_months",),
    ),
    ControlDeclaration(
        control=Control.COURSE_ONCE,
        rule="S20",
        name=Sentence("同一培训项目只补贴一次", "a course once per enterprise"),
        asks=Sentence(
            "同一企业的同一线上培训项目只补贴一个班。",
            "One class of an enterprise is subsidised for a course, and no other.",
        ),
        evidence=Sentence("本企业的培训补贴申报", "the enterprise's claims for training"),
        kinds=_TRAINING,
        fails=(Reason.COURSE_CLAIMED,),
    ),
    ControlDeclaration(
        control=Control.TRAINING_PLACES,
        rule="S21",
        name=Sentence("补贴次数", "places for training"),
        asks=Sentence(
            "政策执行期内，每人享受培训补贴原则上不超过规定次数。",
            "Within the programme's period a person in principle attends no more trainings than "
            "there are places.",
        ),
        evidence=Sentence(
            "各单位已提交的培训班所占用的名额（不显示单位）",
            "the places taken by submitted classes of all units, which are not told",
        ),
        kinds=_TRAINING,
        fails=(Reason.PLACES_USED_UP,),
        unknown=(Reason.PARAMETER_MISSING,),
        parameters=("programme.period", "training.max_per_person"),
        overridable=True,
    ),
    ControlDeclaration(
        control=Control.ONE_AT_A_TIME,
        rule="S21",
        name=Sentence("同一时间只参加一个班", "one class at a time"),
        asks=Sentence(
            "培训日期与此人的其他培训班不重叠。",
            "The class's days don't meet those of another class of the person.",
        ),
        evidence=Sentence(
            "各单位已提交的培训班的起止日期（不显示单位）",
            "the days of submitted classes of all units, which are not told",
        ),
        kinds=_TRAINING,
        fails=(Reason.TRAINING_OVERLAPS,),
    ),
    ControlDeclaration(
        control=Control.CLASS_APPROVED,
        rule="S25",
        name=Sentence("开班审核通过", "the class stands"),
        asks=Sentence("培训班审核通过且已开班。", "The class stands approved, and has opened."),
        evidence=Sentence(
            "培训班的审核状态和开班日期", "the class: its review and its opening day"
        ),
        kinds=_TRAINING,
        fails=(Reason.CLASS_NOT_APPROVED, Reason.CLASS_NOT_OPENED),
    ),
    ControlDeclaration(
        control=Control.TRAINEE_COMPLETION,
        rule="S29",
        name=Sentence("未被认定为未结业", "not failed"),
        asks=Sentence(
            "学员没有被认定为未结业。发放是否等待结业由政策参数决定，不属本项。",
            "The trainee did not fail to complete the class. Whether payment waits for completion "
            "is another matter, which policy decides.",
        ),
        evidence=Sentence("审核通过的班级结业", "the class's approved completion"),
        kinds=_TRAINING,
        fails=(Reason.TRAINEE_NOT_COMPLETED,),
    ),
    ControlDeclaration(
        control=Control.RETAINED_HERE,
        rule="J37",
        name=Sentence("见习期满留用", "retained here"),
        asks=Sentence(
            "减员原因为完成就业，去向为本单位留用。",
            "The internship ended with the person employed by this unit.",
        ),
        evidence=Sentence("审核通过的减员申请", "the approved reduction"),
        kinds=_MENTORING,
        fails=(Reason.NOT_RETAINED,),
        unknown=(Reason.END_NOT_FILED,),
    ),
    ControlDeclaration(
        control=Control.LABOUR_CONTRACT,
        rule="J34",
        name=Sentence("劳动合同", "labour contract"),
        asks=Sentence(
            "与本单位的劳动合同自见习结束之日或以后起，不少于规定月数，或无固定期限。",
            "A contract with this unit begins on or after the internship's last day, and is long "
            "enough or open-ended.",
        ),
        evidence=Sentence("备案劳动合同", "labour contracts on file"),
        kinds=_MENTORING,
        fails=(Reason.CONTRACT_MISSING, Reason.CONTRACT_TOO_SHORT),
        unknown=(Reason.CONTRACT_UNKNOWN,),
        parameters=("mentoring.contract_months",),
    ),
    ControlDeclaration(
        control=Control.SOCIAL_INSURANCE,
        rule="J34",
        name=Sentence("社会保险", "social insurance"),
        asks=Sentence(
            "见习结束后，本单位为其缴纳了社会保险。",
            "This unit has paid contributions since the internship ended.",
        ),
        evidence=Sentence("社保缴费记录", "insurance contributions"),
        kinds=_MENTORING,
        fails=(Reason.INSURANCE_MISSING,),
        unknown=(Reason.INSURANCE_UNKNOWN,),
    ),
    ControlDeclaration(
        control=Control.MONTHLY_REPORTS,
        rule="J34",
        name=Sentence("见习月报", "monthly reports"),
        asks=Sentence(
            "每个见习月份都有审核通过的月报。",
            "Each of its months has an approved report.",
        ),
        evidence=Sentence("见习月报", "monthly reports"),
        kinds=_MENTORING,
        fails=(Reason.REPORTS_NOT_APPROVED,),
    ),
)
"""All risk controls, in the order in which they are told; each runs, none stops at another's no."""
