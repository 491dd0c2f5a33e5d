"""The tables, one module per table."""

from models.accounts.account import (
    SYSTEM_ACCOUNT,
    Account,
    AccountChange,
    SignIn,
    SignInSession,
    SignInWay,
)
from models.accounts.account_appeal import AccountAppeal, AppealKind, AppealStatus
from models.accounts.api_client import ApiClient
from models.accounts.appeal_evidence import AppealEvidence
from models.accounts.client_certificate import ClientCertificate
from models.accounts.function_grant import FunctionGrant
from models.accounts.passkey import Passkey
from models.accounts.second_factor import SecondFactor
from models.accounts.sign_in_ticket import SignInTicket
from models.accounts.sms_code import SmsCode
from models.accounts.sms_notice import SmsKind, SmsNotice
from models.claims.claim import Claim, ClaimedReport, ClaimKind, ClaimLine
from models.claims.consulted_record import ConsultedRecord
from models.desk.audit_finding import AuditFinding, AuditSign, FindingState
from models.desk.unmasking import Unmasking
from models.desk.work_item import WorkItem
from models.facts.person_fact import (
    Fact,
    FactKind,
    FactLoad,
    InsuranceContribution,
    LabourContract,
    OfficialMobile,
    TransferEmployment,
    UnemploymentRegistration,
)
from models.facts.registered_unit import RegisteredUnit, RegistrationStanding
from models.files.attachment import Attachment
from models.files.stored_file import DocumentKind, FileType, StoredFile
from models.files.upload import Upload
from models.hiring.beneficiary import Beneficiary
from models.hiring.hire_group import HireGroup
from models.internship.board import Applicant, BoardPush
from models.internship.board_state import Announcement, BoardFailure, BoardState
from models.internship.change_request import ChangeableKind, ChangeRequest
from models.internship.declaration import Declaration, DeclarationEnd, DeclarationStaff
from models.internship.intern import Destination, EndReason, Intern, InternCategory
from models.internship.internship_term import InternshipTerm
from models.internship.monthly_report import MonthlyReport
from models.internship.name_part import InternNamePart, PostNamePart
from models.internship.post import Post
from models.internship.post_assignment import PostAssignment
from models.internship.reduction import Reduction
from models.kernel.access_history import AccessAction, AccessHistory
from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    READ_BY_WRITERS,
    Base,
    Changeable,
    DatabaseRole,
    Gathered,
    Owner,
    PersonOwned,
    Placed,
    UnitOwned,
    build_sort_key,
    copy_place,
    has_sort_key,
    is_at_home,
)
from models.kernel.history import History, OfficeHistory
from models.kernel.installation import Installation
from models.kernel.numbered import Numbered
from models.kernel.reading import ReadBy, Reading
from models.kernel.region import Region, RegionLevel
from models.kernel.request import RateLimit, Request
from models.kernel.reviewed import Reviewed
from models.kernel.role import Role
from models.kernel.schema_usage import SchemaUsage
from models.kernel.sealed import (
    SEALED_AS,
    RowKey,
    SealedColumn,
    SealedPlace,
    build_sealed_place,
    find_index_column,
    find_writer,
    get_sealed_field,
    list_sealed_columns,
    locate_sealed,
)
from models.kernel.status import DISCARDED_STATUSES, LineState, Status
from models.payment.calendar_year import CalendarYear
from models.payment.clawback import Clawback
from models.payment.disbursement import (
    BankFileFormat,
    BatchExport,
    BatchImport,
    BatchState,
    DisbursementBatch,
)
from models.payment.objection import Objection
from models.payment.payment import Payment, PaymentState, Receipt
from models.payment.publicity import (
    Publicity,
    PublicityLine,
    PublicityOutcome,
    PublicLine,
    PublicNotice,
)
from models.policy.amount_difference import AmountDifference, DifferenceState
from models.policy.parameter import Parameter, ParameterStatus
from models.rosters.roster import Roster, RosterKind, RosterRow, RosterState
from models.training.course import Course
from models.training.training import (
    Completion,
    NumberSeries,
    Trainee,
    TraineeOutcome,
    TrainingClass,
)
from models.units.bank_account import AccountHolder, BankAccount
from models.units.name_part import PersonNamePart, UnitNamePart
from models.units.person import Education, Person
from models.units.qualification import EnterpriseSize, Qualification, QualificationKind
from models.units.unit import LegalPersonType, Unit

__all__ = [
    "DISCARDED_STATUSES",
    "READ_BY_WRITERS",
    "SEALED_AS",
    "SYSTEM_ACCOUNT",
    "AccessAction",
    "AccessHistory",
    "Account",
    "AccountAppeal",
    "AccountChange",
    "AccountHolder",
    "AmountDifference",
    "Announcement",
    "ApiClient",
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
    "ClientCertificate",
    "Completion",
    "ConsultedRecord",
    "Course",
    "DatabaseRole",
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
    "Installation",
    "InsuranceContribution",
    "Intern",
    "InternCategory",
    "InternNamePart",
    "InternshipTerm",
    "LabourContract",
    "LegalPersonType",
    "LineState",
    "MonthlyReport",
    "NumberSeries",
    "Numbered",
    "Objection",
    "OfficeHistory",
    "OfficialMobile",
    "Owner",
    "Parameter",
    "ParameterStatus",
    "Passkey",
    "Payment",
    "PaymentState",
    "Person",
    "PersonNamePart",
    "PersonOwned",
    "Placed",
    "Post",
    "PostAssignment",
    "PostNamePart",
    "PublicLine",
    "PublicNotice",
    "Publicity",
    "PublicityLine",
    "PublicityOutcome",
    "Qualification",
    "QualificationKind",
    "RateLimit",
    "ReadBy",
    "Reading",
    "Receipt",
    "Reduction",
    "Region",
    "RegionLevel",
    "RegisteredUnit",
    "RegistrationStanding",
    "Request",
    "Reviewed",
    "Role",
    "Roster",
    "RosterKind",
    "RosterRow",
    "RosterState",
    "RowKey",
    "SchemaUsage",
    "SealedColumn",
    "SealedPlace",
    "SecondFactor",
    "SignIn",
    "SignInSession",
    "SignInTicket",
    "SignInWay",
    "SmsCode",
    "SmsKind",
    "SmsNotice",
    "Status",
    "StoredFile",
    "Trainee",
    "TraineeOutcome",
    "TrainingClass",
    "TransferEmployment",
    "UnemploymentRegistration",
    "Unit",
    "UnitNamePart",
    "UnitOwned",
    "Unmasking",
    "Upload",
    "WorkItem",
    "build_sealed_place",
    "build_sort_key",
    "copy_place",
    "find_index_column",
    "find_writer",
    "get_sealed_field",
    "has_sort_key",
    "is_at_home",
    "list_sealed_columns",
    "locate_sealed",
]
