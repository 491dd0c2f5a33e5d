"""The tables, one module per table."""

from models.account import (
    SYSTEM_ACCOUNT,
    Account,
    Role,
    SignIn,
    SignInSession,
    SignInWay,
)
from models.account_appeal import AccountAppeal, AppealKind, AppealStatus
from models.amount_difference import AmountDifference, DifferenceState
from models.appeal_evidence import AppealEvidence
from models.attachment import AttachedTo, Attachment
from models.audit_finding import AuditFinding, AuditSign, FindingState
from models.bank_account import (
    AccountHolder,
    BankAccount,
)
from models.base import (
    Base,
    Changeable,
    Gathered,
    Owner,
    PersonOwned,
    UnitOwned,
)
from models.board import Applicant, BoardPush
from models.board_state import Announcement, BoardFailure, BoardState
from models.calendar_year import CalendarYear
from models.change_request import ChangeableKind, ChangeRequest
from models.claim import Beneficiary, Claim, ClaimedReport, ClaimKind, ClaimLine
from models.clawback import Clawback
from models.course import Course
from models.declaration import Declaration, DeclarationEnd, DeclarationStaff
from models.disbursement import (
    BankFileFormat,
    BatchExport,
    BatchImport,
    BatchState,
    DisbursementBatch,
)
from models.function_grant import FunctionGrant
from models.hire_group import HireGroup
from models.history import History
from models.intern import Destination, EndReason, Intern, InternCategory
from models.internship_term import InternshipTerm
from models.monthly_report import MonthlyReport
from models.objection import Objection
from models.parameter import Parameter, ParameterStatus
from models.payment import Payment, PaymentState, Receipt
from models.person import Education, Person
from models.person_fact import (
    Fact,
    FactKind,
    FactLoad,
    InsuranceContribution,
    LabourContract,
    TransferEmployment,
    UnemploymentRegistration,
)
from models.post import Post
from models.post_assignment import PostAssignment
from models.publicity import (
    Publicity,
    PublicityLine,
    PublicityOutcome,
    PublicLine,
    PublicNotice,
)
from models.qualification import EnterpriseSize, Qualification, QualificationKind
from models.reduction import Reduction
from models.region import Region, RegionLevel
from models.request import RateLimit, Request
from models.reviewed import Reviewed
from models.roster import Roster, RosterKind, RosterRow, RosterState
from models.sign_in_ticket import SignInTicket
from models.status import GONE, LineState, Status
from models.stored_file import DocumentKind, FileType, StoredFile
from models.training import (
    Completion,
    NumberSeries,
    Trainee,
    TraineeOutcome,
    TrainingClass,
)
from models.unit import LegalPersonType, Unit
from models.unmasking import Unmasking
from models.upload import Upload
from models.work_item import QUEUED, WorkItem

__all__ = [
    "GONE",
    "QUEUED",
    "SYSTEM_ACCOUNT",
    "Account",
    "AccountAppeal",
    "AccountHolder",
    "AmountDifference",
    "Announcement",
    "AppealEvidence",
    "AppealKind",
    "AppealStatus",
    "Applicant",
    "AttachedTo",
    "Attachment",
    "AuditFinding",
    "AuditSign",
    "BankAccount",
    "BankFileFormat",
    "Base",
    "BatchExport",
    "BatchImport",
    "BatchState",
    "Beneficiary",
    "BoardFailure",
    "BoardPush",
    "BoardState",
    "CalendarYear",
    "ChangeRequest",
    "Changeable",
    "ChangeableKind",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "ClaimedReport",
    "Clawback",
    "Completion",
    "Course",
    "Declaration",
    "DeclarationEnd",
    "DeclarationStaff",
    "Destination",
    "DifferenceState",
    "DisbursementBatch",
    "DocumentKind",
    "Education",
    "EndReason",
    "EnterpriseSize",
    "Fact",
    "FactKind",
    "FactLoad",
    "FileType",
    "FindingState",
    "FunctionGrant",
    "Gathered",
    "HireGroup",
    "History",
    "InsuranceContribution",
    "Intern",
    "InternCategory",
    "InternshipTerm",
    "LabourContract",
    "LegalPersonType",
    "LineState",
    "MonthlyReport",
    "NumberSeries",
    "Objection",
    "Owner",
    "Parameter",
    "ParameterStatus",
    "Payment",
    "PaymentState",
    "Person",
    "PersonOwned",
    "Post",
    "PostAssignment",
    "PublicLine",
    "PublicNotice",
    "Publicity",
    "PublicityLine",
    "PublicityOutcome",
    "Qualification",
    "QualificationKind",
    "RateLimit",
    "Receipt",
    "Reduction",
    "Region",
    "RegionLevel",
    "Request",
    "Reviewed",
    "Role",
    "Roster",
    "RosterKind",
    "RosterRow",
    "RosterState",
    "SignIn",
    "SignInSession",
    "SignInTicket",
    "SignInWay",
    "Status",
    "StoredFile",
    "Trainee",
    "TraineeOutcome",
    "TrainingClass",
    "TransferEmployment",
    "UnemploymentRegistration",
    "Unit",
    "UnitOwned",
    "Unmasking",
    "Upload",
    "WorkItem",
]
