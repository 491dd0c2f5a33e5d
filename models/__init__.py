"""The tables, one module per table."""

from models.account import SYSTEM_ACCOUNT, Account, Role, SignInSession
from models.attachment import AttachedTo, Attachment
from models.bank_account import BankAccount
from models.base import Base, Changeable, Owner, PersonOwned, UnitOwned
from models.board import Applicant, BoardPush
from models.board_state import Announcement, BoardFailure, BoardState
from models.claim import Claim, ClaimedReport, ClaimKind, ClaimLine
from models.declaration import Declaration, DeclarationStaff
from models.history import History
from models.intern import Intern, InternCategory
from models.monthly_report import MonthlyReport
from models.parameter import Parameter, ParameterStatus
from models.person import Education, Person
from models.person_fact import InsuranceContribution, UnemploymentRegistration
from models.post import Post
from models.region import Region, RegionLevel
from models.request import RateLimit, Request
from models.reviewed import Reviewed
from models.status import GONE, LineState, Status
from models.stored_file import DocumentKind, FileType, StoredFile
from models.unit import LegalPersonType, Unit
from models.upload import Upload

__all__ = [
    "GONE",
    "SYSTEM_ACCOUNT",
    "Account",
    "Announcement",
    "Applicant",
    "AttachedTo",
    "Attachment",
    "BankAccount",
    "Base",
    "BoardFailure",
    "BoardPush",
    "BoardState",
    "Changeable",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "ClaimedReport",
    "Declaration",
    "DeclarationStaff",
    "DocumentKind",
    "Education",
    "FileType",
    "History",
    "InsuranceContribution",
    "Intern",
    "InternCategory",
    "LegalPersonType",
    "LineState",
    "MonthlyReport",
    "Owner",
    "Parameter",
    "ParameterStatus",
    "Person",
    "PersonOwned",
    "Post",
    "RateLimit",
    "Region",
    "RegionLevel",
    "Request",
    "Reviewed",
    "Role",
    "SignInSession",
    "Status",
    "StoredFile",
    "UnemploymentRegistration",
    "Unit",
    "UnitOwned",
    "Upload",
]
