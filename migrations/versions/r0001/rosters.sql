-- Rosters 人员花名册 and their rows.

-- A file of persons, and how far its check is (S10). 人员花名册
CREATE TABLE roster (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    document varchar(40) NOT NULL,
    name varchar NOT NULL,
    type varchar(40) NOT NULL,
    size integer NOT NULL,
    sha256 varchar(64) NOT NULL,
    object_key varchar NOT NULL,
    attached_at timestamptz NOT NULL,
    account_id uuid,
    account_name varchar NOT NULL,
    kind varchar(40) NOT NULL,
    state varchar(40) NOT NULL,
    place varchar(6) COLLATE "C" NOT NULL,
    beneficiary varchar(40),
    corrects_id uuid,
    root_id uuid NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    checked integer DEFAULT 0 NOT NULL,
    passed integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    faults jsonb NOT NULL,
    checked_at timestamptz,
    lease uuid,
    leased_until timestamptz,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    class_id uuid,
    CONSTRAINT pk_roster PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_roster_unit_id_object_key UNIQUE (unit_id, object_key),
    CONSTRAINT ck_roster_counts_are_counts CHECK (passed >= 0 AND failed >= 0),
    CONSTRAINT ck_roster_checked_rows_pass_or_fail CHECK (passed + failed = checked),
    CONSTRAINT ck_roster_no_more_checked_than_there_are CHECK (checked <= total),
    CONSTRAINT ck_roster_trainees_are_a_class CHECK (
        (kind IN ('TRAINEES', 'SCORES')) = (class_id IS NOT NULL)
    )
);
CREATE INDEX ix_roster_object_key ON roster (object_key);
CREATE INDEX ix_roster_region_id ON roster (region, id);
CREATE INDEX ix_roster_unit_id_corrects_id ON roster (unit_id, corrects_id);
CREATE INDEX ix_roster_unit_id_root_id ON roster (unit_id, root_id);
CREATE INDEX ix_roster_id_open ON roster (id) WHERE state IN ('WAITING', 'CHECKING');
CREATE INDEX ix_roster_unit_id_class_id ON roster (unit_id, class_id);

-- A row of a roster as it was read and judged (S10). 花名册明细
CREATE TABLE roster_row (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    roster_id uuid NOT NULL,
    root_id uuid NOT NULL,
    number integer NOT NULL,
    sheet varchar NOT NULL,
    line integer NOT NULL,
    name varchar NOT NULL,
    id_number_sealed bytea NOT NULL,
    id_number_index bytea,
    id_number_masked varchar NOT NULL,
    person_id uuid,
    "values" jsonb NOT NULL,
    payee_bank varchar,
    payee_number_sealed bytea,
    payee_number_masked varchar,
    passed boolean NOT NULL,
    faults jsonb NOT NULL,
    findings jsonb NOT NULL,
    CONSTRAINT pk_roster_row PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_roster_row_unit_id_roster_id_number UNIQUE (unit_id, roster_id, number)
);
CREATE INDEX ix_roster_row_region_id ON roster_row (region, id);
CREATE INDEX ix_roster_row_unit_id_roster_id_passed_number
    ON roster_row (unit_id, roster_id, passed, number);
CREATE INDEX ix_roster_row_unit_id_root_id_id_number_index
    ON roster_row (unit_id, root_id, id_number_index);
CREATE INDEX ix_roster_row_person_id ON roster_row (person_id);
CREATE UNIQUE INDEX uq_roster_row_unit_id_root_id_person_id_passed
    ON roster_row (unit_id, root_id, person_id)
    WHERE passed;
