"""Who may use which root field: section 5 of the rulebook and S1, by hand and not from the schema.

A field that stands nowhere here, or twice, fails; so nobody forgets to say whom a new one is for.
"""

from collections.abc import Iterator

from tests.schema.scene import VISIBLE_BY_VIEWER

Viewers = frozenset[str | None]
"""Names of the scene's accounts; None is a stranger."""

NEIGHBOUR = "neighbour"
"""The operator of a third unit, in the district of the first."""

ANYBODY: Viewers = frozenset({*VISIBLE_BY_VIEWER, NEIGHBOUR})
SIGNED_IN: Viewers = ANYBODY - {None}
PERSONS: Viewers = frozenset({"person"})
OPERATORS: Viewers = frozenset({"near", "far", NEIGHBOUR})
BOSSES: Viewers = frozenset({"boss"})
UNITS: Viewers = OPERATORS | BOSSES
APPLICANTS: Viewers = UNITS | {"agent"}
OFFICERS: Viewers = frozenset({"officer", "elsewhere"})
SETTLERS: Viewers = OFFICERS | {"objections"}
"""Who settles objections: an officer with all functions, and one with this alone."""
FINANCE: Viewers = frozenset({"finance"})
PROVINCES: Viewers = frozenset({"province", "other province"})
ADMINISTRATORS: Viewers = PROVINCES | {"district", "city", "other city"}
AUDITORS: Viewers = frozenset({"auditor"})
REPORTERS: Viewers = frozenset({"reporting"})
SUPPLIERS: Viewers = frozenset({"supplier"})
OPENERS: Viewers = frozenset({"sysadmin"})
SECURERS: Viewers = frozenset({"security"})
"""System and security administrators 三员; what the third one does is read (X28)."""

WHO_MAY: tuple[tuple[Viewers, str], ...] = (
    (
        ANYBODY,  # what is public, and the doors by which one comes in
        """accountRules enumLabels publicNotice publicNotices rateLimit regions riskControls
        signInProviders viewer addEvidence completePasskeySignIn completeProviderSignIn
        completeSignIn startPasskeySignIn lodgeAccountAppeal lodgeObjection
        lodgePersonAppeal lookUpAccountAppeal lookUpObjection recoverAccount recoverPersonAccount
        redeemSignInTicket refreshSession registerPerson registerUnit requestEvidenceUpload
        requestPersonCode requestSignInTicket signIn signOut startProviderSignIn signInTicket""",
    ),
    (
        SIGNED_IN,  # which rows they get is told by scope.py
        """accessHistory
        accountAppeals accounts amountDifferences auditFindings bankAccounts boardPushes
        calendarYears changeRequests claimLines claimVerdicts claimableClasses claims
        classFindings clawbacks completions courses declarations disbursementBatches
        functionGrants handled interns missingReports monthlyReports node nodes objections
        parameters payments persons posts publicities receipts recordByNumber reductions
        rosterProgress rosters
        signInRequest trainingClasses units unmaskings
        approveSignInTicket beginTotp changePassword confirmPersonByCode confirmTotp endSession
        endOtherSessions addPasskey beginPasskey proveAgain registerHolder removePasskey removeTotp
        setFavourites stopRecovery""",
    ),
    (PERSONS, "completeInformation myExtract"),
    (PERSONS | APPLICANTS, "confirmReceipt"),
    (
        APPLICANTS,
        """rosterTemplate addBankAccount
        addQualification addRosterPerson attach changeBankAccount changeHiringClaim
        changeLivingAllowanceClaim changeMentoringClaim changeQualification changeServiceClaim
        changeTrainingClaim completeUnitProfile createHiringClaim createLivingAllowanceClaim
        createMentoringClaim createRoster createServiceClaim createTrainingClaim detach
        lookUpPerson nameLineAccount requestFailedRows requestRosterUpload requestUpload
        submitClaim submitQualification withdrawClaim withdrawQualification withdrawRoster""",
    ),
    (
        UNITS,
        """livingAllowanceCandidates mentoringCandidates completableClasses internsToReport
        livingAllowanceCandidateConnection completableClassConnection internToReportConnection
        addIntern addInterns addPost addReduction addTrainee
        addTraineesFromRoster amendChangeRequest callApplicant changeDeclaration changeIntern
        changePost changeReduction changeRemarks changeStaffContact changeTrainingClass closePost
        completeClass createDeclaration createTrainingClass importScores refreshApplicants
        removeTrainee reofferPost requestChange requestScoreSheet saveMonthlyReports scoreTrainee
        scoreTrainees submitChangeRequest submitCompletion submitDeclaration submitIntern
        submitMonthlyReports submitPost submitReduction submitTrainingClass withdrawChangeRequest
        withdrawCompletion withdrawDeclaration withdrawIntern withdrawMonthlyReports withdrawPost
        withdrawReduction withdrawTrainingClass""",
    ),
    (BOSSES, "addOperator changeOperator"),
    (
        OFFICERS,
        """workCounts workQueue approveChangeRequest approveClaim approveCompletion
        approveDeclaration approveIntern approveMonthlyReports approvePost approveQualification
        approveReduction approveTrainingClass clawBackDifferences confirmClawback confirmFinding
        confirmLineAccount confirmPerson correctHolder endDeclaration explainFinding failPublicity
        overrideControl passPublicity proposeClawback publishLines readmitClaimLine refuseAppeal
        refuseChangeRequest refuseClaim refuseIntern refusePost refuseQualification
        refuseReduction refuseTrainingClass rejectClawback restoreAccess retryBoardPush
        returnChangeRequest returnClaim returnCompletion returnDeclaration returnIntern
        returnMonthlyReports returnPost returnQualification returnReduction returnTrainingClass
        reviewChangeRequests reviewClaims reviewClawbacks reviewCompletions reviewDeclarations
        reviewInterns reviewMonthlyReports reviewPosts reviewQualifications reviewReductions
        reviewTrainingClasses revokeClaim revokeCompletion revokeDeclaration revokeIntern
        revokeMonthlyReports revokePost revokeQualification revokeReduction revokeTrainingClass
        runControls sendBackClaimLine strikeClaimLine supplementDifferences unmask verifyUnit""",
    ),
    (SETTLERS, "settleObjection"),
    (
        FINANCE,
        "cancelBatch exportBatch importBankAnswer makeBatch markDisbursed recordRecovery",
    ),
    (OFFICERS | FINANCE, "searchClaims"),
    (OFFICERS | AUDITORS, "searchFindings"),
    (OFFICERS | FINANCE | ADMINISTRATORS | AUDITORS | REPORTERS, "statistics"),
    (APPLICANTS | OFFICERS | FINANCE | AUDITORS | REPORTERS, "export"),
    (ADMINISTRATORS, "grantFunctions revokeFunctions"),
    (
        PROVINCES,
        """approveParameter enterCalendarYear enterCourse proposeParameter refuseParameter
        withdrawParameter""",
    ),
    (SUPPLIERS, "loadFacts"),
    (OPENERS, "closeAccount openAccount reopenAccount"),
    (SECURERS, "endSessionsOfAccount removeFactorOfAccount resetPasswordOfAccount"),
    (OPENERS | SECURERS, "confirmAccountChange refuseAccountChange"),
)
"""Every root field, once, with those who may use it."""


def list_expectations() -> Iterator[tuple[str, Viewers]]:
    """Give each root field that is declared, and who may use it."""
    for viewers, names in WHO_MAY:
        for name in names.split():
            yield name, viewers


FIELDS_OF_SOME: dict[str, Viewers] = {
    "ClaimLine.otherBenefits": OFFICERS,
    "Intern.otherBenefits": OFFICERS,
    "Intern.schooling": OFFICERS,
}
"""Fields that not all have who see the record (X14): what the person receives elsewhere."""

LISTED = {
    **{"accountAppeals": "AccountAppeal", "amountDifferences": "AmountDifference"},
    **{"auditFindings": "AuditFinding", "bankAccounts": "BankAccount", "claims": "Claim"},
    **{"boardPushes": "BoardPush", "changeRequests": "ChangeRequest", "claimLines": "ClaimLine"},
    **{"clawbacks": "Clawback", "completions": "Completion", "declarations": "Declaration"},
    **{"disbursementBatches": "DisbursementBatch", "interns": "Intern", "payments": "Payment"},
    **{"monthlyReports": "MonthlyReport", "objections": "Objection", "persons": "Person"},
    **{"posts": "Post", "publicities": "Publicity", "receipts": "Receipt", "units": "Unit"},
    **{"reductions": "Reduction", "rosters": "Roster", "trainingClasses": "TrainingClass"},
    **{"unmaskings": "Unmasking", "parameters": "Parameter", "calendarYears": "CalendarYear"},
    "courses": "Course",
}
"""What each list holds: all of it that the viewer may see, and nothing else."""

LISTED_IN_PART = {
    "accounts": "one's own, and those of one's region whom the scene knows nothing of",
    "functionGrants": "as accounts",
    "handled": "what one did oneself",
    "accessHistory": "who came in and took data, of which the scene knows nothing",
    "claimableClasses": "what may still be claimed for",
    "completableClassConnection": "classes that may still be completed",
    "internToReportConnection": "interns of whom a month is to be reported",
    "livingAllowanceCandidateConnection": "interns with what may still be claimed",
    "missingReports": "months, which are no records",
    "publicNotices": "what is public at this hour",
    "workQueue": "what waits for a decision",
}
"""Lists of less than what one may see, and why: nothing that is hidden may stand in them."""
