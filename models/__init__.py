"""The tables, one module per table."""

from models.account import Account, Role, SignInSession
from models.bank_account import BankAccount
from models.base import Base, Changeable, Owner, PersonOwned, UnitOwned
from models.claim import Claim, ClaimedReport, ClaimKind, ClaimLine
from models.declaration import Declaration, DeclarationStaff
from models.history import History
from models.intern import Destination, EndReason, Intern, InternCategory
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
from models.reduction import Reduction
from models.region import Region, RegionLevel
from models.request import RateLimit, Request
from models.reviewed import Reviewed
from models.status import GONE, LineState, Status
from models.unit import LegalPersonType, Unit

__all__ = [
    "GONE",
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
    "Destination",
    "Education",
    "EndReason",
    "Fact",
    "FactKind",
    "FactLoad",
    "History",
    "InsuranceContribution",
    "Intern",
    "InternCategory",
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
    "RateLimit",
    "Reduction",
    "Region",
    "RegionLevel",
    "Request",
    "Reviewed",
    "Role",
    "SignInSession",
    "Status",
    "TransferEmployment",
    "UnemploymentRegistration",
    "Unit",
    "UnitOwned",
]
