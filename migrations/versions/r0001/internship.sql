-- Employment internships 就业见习, from the declaration to the end.

-- A unit's declaration that it takes interns. 就业见习申报
CREATE TABLE declaration (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    planned_interns integer NOT NULL,
    monthly_wage numeric(12,2) NOT NULL,
    training_plan varchar NOT NULL,
    accident_insurance boolean NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    ended_on date,
    end_kind varchar(40),
    CONSTRAINT pk_declaration PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_declaration_ended_with_date_and_kind CHECK (
        (status = 'ENDED') = (ended_on IS NOT NULL AND end_kind IS NOT NULL)
    )
);
CREATE INDEX ix_declaration_region_id ON declaration (region, id);
CREATE UNIQUE INDEX uq_declaration_unit_id_standing
    ON declaration (unit_id)
    WHERE status NOT IN ('WITHDRAWN', 'REFUSED');
CREATE INDEX ix_declaration_queue_by_age
    ON declaration (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_declaration_queue_by_region
    ON declaration (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');

-- A member of the staff dedicated to a unit's interns. 专职人员
CREATE TABLE declaration_staff (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    declaration_id uuid NOT NULL,
    name varchar NOT NULL,
    duty varchar NOT NULL,
    mobile_sealed bytea NOT NULL,
    mobile_index bytea NOT NULL,
    mobile_masked varchar NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_declaration_staff PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_declaration_staff_region_id ON declaration_staff (region, id);

-- A place at which a unit takes interns. 岗位
CREATE TABLE post (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    name varchar NOT NULL,
    name_key varchar NOT NULL,
    headcount integer NOT NULL,
    monthly_wage numeric(12,2) NOT NULL,
    workplace varchar NOT NULL,
    duties varchar NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    board_state varchar(40),
    board_failure varchar(40),
    board_changed_at timestamptz,
    board_version integer,
    applicants_as_of timestamptz,
    applicants_failure varchar(40),
    applicants_due_at timestamptz,
    withheld boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_post PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_post_unit_id_name_key UNIQUE (unit_id, name_key)
);
CREATE INDEX ix_post_region_id ON post (region, id);
CREATE INDEX ix_post_applicants_due_at
    ON post (applicants_due_at)
    WHERE applicants_due_at IS NOT NULL;
CREATE INDEX ix_post_queue_by_age
    ON post (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_post_queue_by_region
    ON post (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');

-- One change of a post that the board is to learn of: the outbox (J12). 岗位推送
CREATE TABLE board_push (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    post_id uuid NOT NULL,
    post_version integer NOT NULL,
    announcement varchar(40) NOT NULL,
    content jsonb NOT NULL,
    state varchar(40) NOT NULL,
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL,
    attempted_at timestamptz,
    failure varchar(40),
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_board_push PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_board_push_unit_id_post_id_post_version UNIQUE (unit_id, post_id, post_version)
);
CREATE INDEX ix_board_push_region_id ON board_push (region, id);
CREATE INDEX ix_board_push_due_at_open ON board_push (due_at) WHERE state IN ('PENDING', 'FAILED');
CREATE INDEX ix_board_push_unit_id_post_id_open
    ON board_push (unit_id, post_id, post_version)
    WHERE state IN ('PENDING', 'FAILED');
CREATE INDEX ix_board_push_region_id_dead ON board_push (region, id) WHERE state = 'DEAD';

-- A job seeker whom the board sent for a post, as the board last told (J13). 推送人员
CREATE TABLE applicant (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    post_id uuid NOT NULL,
    reference varchar NOT NULL,
    name varchar NOT NULL,
    mobile_sealed bytea NOT NULL,
    mobile_index bytea NOT NULL,
    mobile_masked varchar NOT NULL,
    education varchar,
    applied_at timestamptz NOT NULL,
    as_of timestamptz NOT NULL,
    CONSTRAINT pk_applicant PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_applicant_unit_id_post_id_reference UNIQUE (unit_id, post_id, reference)
);
CREATE INDEX ix_applicant_region_id ON applicant (region, id);

-- A person who does an internship in a unit. 见习人员
CREATE TABLE intern (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    person_id uuid NOT NULL,
    post_id uuid NOT NULL,
    name varchar NOT NULL,
    id_number_masked varchar NOT NULL,
    category varchar(40) NOT NULL,
    agreed_on date NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    ended_on date,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    end_reason varchar(40),
    destination varchar(40),
    CONSTRAINT pk_intern PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_intern_starts_before_it_ends CHECK (starts_on <= ends_on)
);
CREATE INDEX ix_intern_person_id ON intern (person_id);
CREATE INDEX ix_intern_region_id ON intern (region, id);
CREATE INDEX ix_intern_unit_id_post_id ON intern (unit_id, post_id);
CREATE UNIQUE INDEX uq_intern_unit_id_person_id_standing
    ON intern (unit_id, person_id)
    WHERE status IN ('SUBMITTED', 'RETURNED', 'APPROVED');
CREATE INDEX ix_intern_queue_by_age
    ON intern (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_intern_queue_by_region
    ON intern (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');

-- What an internship takes of its person's time: days, and slots of all there are (J23).
CREATE TABLE internship_term (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    person_id uuid NOT NULL,
    intern_id uuid NOT NULL,
    term daterange NOT NULL,
    slots int4multirange NOT NULL,
    most integer NOT NULL,
    CONSTRAINT pk_internship_term PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_internship_term_takes_both_or_neither CHECK (isempty(term) = isempty(slots)),
    CONSTRAINT ck_internship_term_within_the_most CHECK (
        slots <@ int4multirange(int4range(0, most))
    ),
    CONSTRAINT ex_internship_term_person_id_term EXCLUDE USING gist (
        person_id WITH =, term WITH &&
    ),
    CONSTRAINT ex_internship_term_person_id_slots EXCLUDE USING gist (
        person_id WITH =, slots WITH &&
    )
);
CREATE INDEX ix_internship_term_region_id ON internship_term (region, id);
CREATE UNIQUE INDEX uq_internship_term_unit_id_intern_id ON internship_term (unit_id, intern_id);

-- From which day on an intern works at which post, where that ever changed (J40). 岗位安排
CREATE TABLE post_assignment (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    intern_id uuid NOT NULL,
    post_id uuid NOT NULL,
    since date NOT NULL,
    CONSTRAINT pk_post_assignment PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_post_assignment_region_id ON post_assignment (region, id);
CREATE UNIQUE INDEX uq_post_assignment_unit_id_intern_id_since
    ON post_assignment (unit_id, intern_id, since);

-- What one intern was paid in one month, and what is payable for it. 月报
CREATE TABLE monthly_report (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    intern_id uuid NOT NULL,
    post_id uuid NOT NULL,
    month date NOT NULL,
    days_attended integer NOT NULL,
    wage_paid numeric(12,2) NOT NULL,
    insurance_paid numeric(12,2) NOT NULL,
    remarks varchar,
    payable_subsidy numeric(12,2),
    assessment jsonb NOT NULL,
    held_by uuid,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    clawed_back boolean DEFAULT false NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT pk_monthly_report PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_monthly_report_month_is_its_first_day CHECK (extract(day from month) = 1)
);
CREATE INDEX ix_monthly_report_region_id ON monthly_report (region, id);
CREATE INDEX ix_monthly_report_unit_id_intern_id_month
    ON monthly_report (unit_id, intern_id, month);
CREATE UNIQUE INDEX uq_monthly_report_unit_id_intern_id_month_standing
    ON monthly_report (unit_id, intern_id, month)
    WHERE status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED');
CREATE INDEX ix_monthly_report_queue_by_age
    ON monthly_report (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_monthly_report_queue_by_region
    ON monthly_report (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');

-- A unit's application to end an intern's internship; approved, it has ended. 减员申请
CREATE TABLE reduction (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    intern_id uuid NOT NULL,
    ended_on date NOT NULL,
    end_reason varchar(40) NOT NULL,
    destination varchar(40),
    cause varchar,
    note varchar,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_reduction PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_reduction_employed_goes_somewhere CHECK (
        (end_reason = 'EMPLOYED') = (destination IS NOT NULL)
    ),
    CONSTRAINT ck_reduction_failure_has_a_cause CHECK (
        (end_reason = 'COULD_NOT_COMPLETE') = (cause IS NOT NULL)
    ),
    CONSTRAINT ck_reduction_unemployed_have_a_note CHECK (
        (end_reason <> 'EMPLOYED') = (note IS NOT NULL)
    )
);
CREATE INDEX ix_reduction_region_id ON reduction (region, id);
CREATE INDEX ix_reduction_unit_id_intern_id ON reduction (unit_id, intern_id);
CREATE UNIQUE INDEX uq_reduction_unit_id_intern_id_standing
    ON reduction (unit_id, intern_id)
    WHERE status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED');
CREATE INDEX ix_reduction_queue_by_age
    ON reduction (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_reduction_queue_by_region
    ON reduction (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');

-- A request to change an approved record; its old values stand until it is approved. 变更申请
CREATE TABLE change_request (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    record varchar(40) NOT NULL,
    record_id uuid NOT NULL,
    base_version integer NOT NULL,
    base jsonb NOT NULL,
    "values" jsonb NOT NULL,
    changes jsonb NOT NULL,
    motive varchar NOT NULL,
    takes_effect_on date,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_change_request PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_change_request_region_id ON change_request (region, id);
CREATE INDEX ix_change_request_unit_id_record_id ON change_request (unit_id, record_id);
CREATE UNIQUE INDEX uq_change_request_unit_id_record_id_pending
    ON change_request (unit_id, record_id)
    WHERE status IN ('DRAFT', 'SUBMITTED', 'RETURNED');
CREATE INDEX ix_change_request_queue_by_age
    ON change_request (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_change_request_queue_by_region
    ON change_request (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');
