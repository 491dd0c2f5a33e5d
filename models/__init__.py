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
from models.change_request import ChangeableKind, ChangeRequest
from models.claim import Beneficiary, Claim, ClaimedReport, ClaimKind, ClaimLine
from models.clawback import Clawback
from models.declaration import Declaration, DeclarationEnd, DeclarationStaff
from models.history import History
from models.intern import Destination, EndReason, Intern, InternCategory
from models.internship_term import InternshipTerm
from models.monthly_report import MonthlyReport
from models.parameter import Parameter, ParameterStatus
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
from models.reduction import Reduction
from models.region import Region, RegionLevel
from models.request import RateLimit, Request
from models.reviewed import Reviewed
from models.sign_in_ticket import SignInTicket
from models.status import GONE, LineState, Status
from models.stored_file import DocumentKind, FileType, StoredFile
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
    "Base",
    "Beneficiary",
    "BoardFailure",
    "BoardPush",
    "BoardState",
    "ChangeRequest",
    "Changeable",
    "ChangeableKind",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "ClaimedReport",
    "Clawback",
    "Declaration",
    "DeclarationEnd",
    "DeclarationStaff",
    "Destination",
    "DocumentKind",
    "Education",
    "EndReason",
    "Fact",
    "FactKind",
    "FactLoad",
    "FileType",
    "FindingState",
    "Gathered",
    "History",
    "InsuranceContribution",
    "Intern",
    "InternCategory",
    "InternshipTerm",
    "LabourContract",
    "LegalPersonType",
    "LineState",
    "MonthlyReport",
    "Owner",
    "Parameter",
    "ParameterStatus",
    "Person",
    "PersonOwned",
    "Post",
    "PostAssignment",
    "RateLimit",
    "Reduction",
    "Region",
    "RegionLevel",
    "Request",
    "Reviewed",
    "Role",
    "SignIn",
    "SignInSession",
    "SignInTicket",
    "SignInWay",
    "Status",
    "StoredFile",
    "TransferEmployment",
    "UnemploymentRegistration",
    "Unit",
    "UnitOwned",
    "Unmasking",
    "Upload",
    "WorkItem",
]
