"""The tables, one module per table."""

from models.account import Account, Role, SignInSession
from models.bank_account import BankAccount
from models.base import Base, Changeable, Gathered, Owner, PersonOwned, UnitOwned
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
from models.unit import LegalPersonType, Unit
from models.work_item import QUEUED, WorkItem

__all__ = [
    "GONE",
    "QUEUED",
    "Account",
    "BankAccount",
    "Base",
    "Changeable",
    "Claim",
    "ClaimKind",
    "ClaimLine",
    "ClaimedReport",
    "Declaration",
    "DeclarationStaff",
    "Education",
    "Gathered",
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
    "UnemploymentRegistration",
    "Unit",
    "UnitOwned",
    "WorkItem",
]
