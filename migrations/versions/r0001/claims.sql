-- Claims 补贴申报 of every kind, their lines, and what back-dated parameters change.

-- An application for a subsidy, whatever its kind; its lines carry the amounts. 补贴申报
CREATE TABLE claim (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    kind varchar(40) NOT NULL,
    month date,
    bank_account_id uuid NOT NULL,
    amount numeric(12,2) NOT NULL,
    parameters jsonb NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    year integer,
    place varchar(6) COLLATE "C",
    beneficiary varchar(40),
    public_until date,
    approved_amount numeric(12,2),
    approved_by uuid,
    class_id uuid,
    course_code varchar,
    CONSTRAINT pk_claim PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_claim_unit_id_id_kind_status UNIQUE (unit_id, id, kind, status),
    CONSTRAINT ck_claim_living_allowance_has_a_month CHECK (
        kind <> 'LIVING_ALLOWANCE'
        OR month IS NOT NULL
    ),
    CONSTRAINT ck_claim_mentoring_has_a_year CHECK (kind <> 'MENTORING' OR year IS NOT NULL),
    CONSTRAINT ck_claim_training_names_its_class CHECK (
        (kind = 'TRAINING') = (class_id IS NOT NULL AND course_code IS NOT NULL)
    ),
    CONSTRAINT ex_claim_unit_id_course_code_class_id EXCLUDE USING gist (
        unit_id WITH =, course_code WITH =, class_id WITH <>
    ) WHERE (class_id IS NOT NULL AND status NOT IN ('DRAFT', 'WITHDRAWN', 'REFUSED'))
);
CREATE INDEX ix_claim_region_id ON claim (region, id);
CREATE INDEX ix_claim_queue_by_age
    ON claim (submitted_at, id, region, status)
    WHERE status IN (
        'SUBMITTED', 'RETURNED', 'APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED',
        'PUBLICITY_FAILED'
    );
CREATE INDEX ix_claim_queue_by_region
    ON claim (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN (
        'SUBMITTED', 'RETURNED', 'APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED',
        'PUBLICITY_FAILED'
    );
CREATE INDEX ix_claim_unit_id_class_id ON claim (unit_id, class_id);

-- What a claim asks for one person; who is held is mentored by no other (J35). 补贴明细
CREATE TABLE claim_line (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    claim_id uuid NOT NULL,
    person_id uuid NOT NULL,
    intern_id uuid,
    state varchar(40) NOT NULL,
    amount numeric(12,2) NOT NULL,
    explanation jsonb NOT NULL,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    claim_kind varchar(40) NOT NULL,
    held boolean DEFAULT false NOT NULL,
    claim_status varchar(40) NOT NULL,
    claim_month date,
    unit_name varchar NOT NULL,
    claim_year integer,
    payee_name varchar,
    payee_bank varchar,
    payee_number_masked varchar,
    payee_number_sealed bytea,
    roster_row_id uuid,
    employer_code varchar,
    employer_name varchar,
    hire_group varchar(40),
    hired_on date,
    contract_starts_on date,
    contract_ends_on date,
    judgements jsonb DEFAULT '[]' NOT NULL,
    approved boolean DEFAULT false NOT NULL,
    supplements_id uuid,
    trainee_id uuid,
    CONSTRAINT pk_claim_line PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_claim_line_person_id ON claim_line (person_id);
CREATE INDEX ix_claim_line_region_id ON claim_line (region, id);
CREATE INDEX ix_claim_line_unit_id_intern_id ON claim_line (unit_id, intern_id);
CREATE UNIQUE INDEX uq_claim_line_unit_id_claim_id_intern_id
    ON claim_line (unit_id, claim_id, intern_id);
CREATE INDEX ix_claim_line_unit_id_roster_row_id ON claim_line (unit_id, roster_row_id);
CREATE INDEX ix_claim_line_unit_id_supplements_id
    ON claim_line (unit_id, supplements_id)
    WHERE supplements_id IS NOT NULL;
CREATE UNIQUE INDEX uq_claim_line_person_id_mentored
    ON claim_line (person_id)
    WHERE held AND claim_kind = 'MENTORING' AND supplements_id IS NULL;
CREATE UNIQUE INDEX uq_claim_line_person_id_employer_code_hired
    ON claim_line (person_id, employer_code, claim_kind)
    WHERE held AND employer_code IS NOT NULL AND supplements_id IS NULL;
CREATE INDEX ix_claim_line_unit_id_trainee_id ON claim_line (unit_id, trainee_id);
CREATE UNIQUE INDEX uq_claim_line_unit_id_trainee_id_held
    ON claim_line (unit_id, trainee_id)
    WHERE held AND trainee_id IS NOT NULL AND supplements_id IS NULL;

-- A monthly report that a line stands on; while it is held no other line may have it (J30).
CREATE TABLE claimed_report (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    line_id uuid NOT NULL,
    report_id uuid NOT NULL,
    amount numeric(12,2) NOT NULL,
    held boolean NOT NULL,
    CONSTRAINT pk_claimed_report PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_claimed_report_region_id ON claimed_report (region, id);
CREATE INDEX ix_claimed_report_unit_id_line_id ON claimed_report (unit_id, line_id);
CREATE UNIQUE INDEX uq_claimed_report_unit_id_report_id_held
    ON claimed_report (unit_id, report_id)
    WHERE held;

-- What an approved line would come to by a back-dated parameter (X20). 差额
CREATE TABLE amount_difference (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    line_id uuid NOT NULL,
    parameter_id uuid NOT NULL,
    granted numeric(12,2) NOT NULL,
    due numeric(12,2) NOT NULL,
    explanation jsonb NOT NULL,
    state varchar(40) NOT NULL,
    supplement_id uuid,
    clawback_id uuid,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_amount_difference PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_amount_difference_differs CHECK (state <> 'OPEN' OR granted <> due)
);
CREATE INDEX ix_amount_difference_region_id ON amount_difference (region, id);
CREATE INDEX ix_amount_difference_unit_id_line_id ON amount_difference (unit_id, line_id);
CREATE UNIQUE INDEX uq_amount_difference_unit_id_line_id_open
    ON amount_difference (unit_id, line_id)
    WHERE state = 'OPEN';
